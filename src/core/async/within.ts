/**
 * Settles as `response` does; rejects after `milliseconds` with the text of ioredis, `Command timed out`. The
 * command itself goes on.
 */
export async function within<T>(milliseconds: number, response: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A response may lie in the socket already when this process was busy: it is read before this runs.
      setImmediate(() => {
        reject(new Error('Command timed out'));
      });
    }, milliseconds);
  });
  return Promise.race([response, timeout]).finally(() => {
    clearTimeout(timer);
  });
}
