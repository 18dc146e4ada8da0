/**
 * Limits of HTTP/2 sessions, for all hosts. Times are in milliseconds, sizes in bytes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-10.5
 */

/**
 * Streams at work at a time on one connection. RFC 9113 section 6.5.2 recommends no less than 100, and there are clients that
 * fail a request instead of waiting for a place. Node's default is four thousand millions.
 */
export const MAX_CONCURRENT_STREAMS = 100

/**
 * What may lie unread of all bodies of a connection, and of each: HTTP/2's own default, said explicitly since it is what
 * bounds the memory that a client can fill (CVE-2019-9511, CVE-2019-9517).
 */
export const WINDOW_SIZE = 65_535

/** HPACK's table of a connection. Its default: more would only be more to hold (CVE-2016-6581). */
export const HEADER_TABLE_SIZE = 4_096

/**
 * Node lets this much more through than the limits of a host allow, so that the answer can be 431 instead of a reset. Beyond
 * it Node resets the stream before anything of it is seen.
 */
export const REFUSED_BY_ANSWER = 2

/** `:method`, `:scheme`, `:authority` and `:path`, which are not counted as header lines. */
export const PSEUDO_HEADERS = 4

/** RFC 9113 section 6.5.2: what each field of a header section is counted with beside its bytes. */
export const FIELD_OVERHEAD = 32

/** What Node may hold of one session beside the sockets' own buffers, in megabytes; over it new streams are refused. */
export const MAX_SESSION_MEGABYTES = 4

/**
 * How often sessions are looked at, for what takes too long and for floods: a flood lasts that long. One look is the reading
 * of two counters and some comparisons.
 */
export const CHECKING_INTERVAL = 100

/** How long the other side may take to close its side of a session that has ended, before the connection is cut. */
export const LINGER = 1_000

/**
 * Bytes of a connection that belong to no request, at the beginning and at the most: its preface and SETTINGS, PINGs, window
 * updates. What is over it is a flood, of whichever frames: PING (CVE-2019-9512), SETTINGS (CVE-2019-9515), empty DATA
 * (CVE-2019-9518), PRIORITY and WINDOW_UPDATE (CVE-2019-9513, CVE-2019-9517), header sections that are refused before anything of
 * them is seen (CVE-2016-6581). More than one read from the socket, which may hold requests that are yet to be counted.
 */
export const SPARE_BYTES = 128 * 1024

/** What of it comes back a second: sixty PINGs, or whatever a client uses to see whether the edge is there. */
export const SPARE_BYTES_PER_SECOND = 1_024

/** What a request may cost beside its fields and its body: heads of frames, its window updates, its reset. */
export const REQUEST_OVERHEAD = 1_024

/** What may have been on its way of a body that is not waited for: as much as token requests are. */
export const CUT_OFF_BODY = 4_096

/** Bytes on the wire for each of a body: small frames are mostly head. */
export const BODY_OVERHEAD = 2

/** Bytes of window updates for each of an answer: a frame of 13 bytes for some hundred. */
export const ANSWER_OVERHEAD = 1 / 16

/**
 * Requests that end before their answer, in one go and a second. Each has cost a verdict and perhaps the way to Auth0, and
 * gives its place back at once: so the limit of concurrent streams is none (rapid reset, CVE-2023-44487; by errors of the
 * client that make the edge reset, CVE-2025-8671). A client may give everything up that it has at work, twice.
 */
export const UNANSWERED_REQUESTS = 2 * MAX_CONCURRENT_STREAMS
export const UNANSWERED_REQUESTS_PER_SECOND = 10
