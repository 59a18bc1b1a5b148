import { createConnection } from 'node:net';

const RESPONSE_TIMEOUT_MS = 1_000;

/**
 * Sends one inline command to Redis at 127.0.0.1 and resolves with the raw response (RESP); undefined when
 * there is none within 1 s. The response must be short enough for one packet. Never rejects.
 */
export function sendInlineCommand(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const settle = (response: string | undefined): void => {
      socket.destroy();
      resolve(response);
    };
    socket.setTimeout(RESPONSE_TIMEOUT_MS, () => {
      settle(undefined);
    });
    socket.on('error', () => {
      settle(undefined);
    });
    // A server that is not Redis may close the connection without a response.
    socket.on('close', () => {
      settle(undefined);
    });
    socket.on('connect', () => socket.write(`${command}\r\n`));
    // A short response arrives in one piece.
    socket.on('data', (response) => {
      settle(response.toString('utf8'));
    });
  });
}
