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

/** How often sessions are looked at for what takes too long. One look is a few comparisons. */
export const CHECKING_INTERVAL = 250

/** How long the other side may take to close its side of a session that has ended, before the connection is cut. */
export const LINGER = 1_000
