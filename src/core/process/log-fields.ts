/** What a log line is about, besides its text. There is nothing else: no person, no token, no address. */
interface LogSubject {
  readonly requestId?: string | undefined;
  readonly messageId?: string | null | undefined;
  readonly domain?: string | undefined;
}

/**
 * The fields of a log line: `request_id`, `message_id` and `domain`, where they are known. Passed to Nest's
 * logger after the text.
 *
 * @example
 * this.logger.warn('MongoDB does not answer', logFields({ messageId, domain }));
 */
export function logFields({ requestId, messageId, domain }: LogSubject): Readonly<Record<string, string>> {
  return {
    ...(requestId !== undefined && { request_id: requestId }),
    ...(typeof messageId === 'string' && { message_id: messageId }),
    ...(domain !== undefined && { domain }),
  };
}
