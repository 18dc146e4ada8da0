/** One kind of news, told to whoever wants it. */
export interface Channel<News> {
  tell(news: News): void
  /** Returns what ends it. */
  add(listener: (news: News) => void): () => void
}

/** @param onFailure gets what a listener throws; the other listeners are told all the same, and `tell` never throws */
export function createChannel<News>(onFailure: (error: unknown) => void): Channel<News> {
  // Replaced as a whole, so that a listener may leave while it is being told.
  let listeners: readonly ((news: News) => void)[] = []
  return {
    tell(news) {
      for (const listener of listeners) {
        try {
          listener(news)
        } catch (error) {
          onFailure(error)
        }
      }
    },
    add(listener) {
      listeners = [...listeners, listener]
      return () => {
        listeners = listeners.filter((candidate) => candidate !== listener)
      }
    },
  }
}
