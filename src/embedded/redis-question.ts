import { createConnection } from 'node:net';

const ANSWER_TIMEOUT_MS = 1_000;

/** Sends one inline command to 127.0.0.1 and resolves with the raw answer; undefined when none comes within 1 s. */
export function askRedis(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const settle = (answer: string | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => {
      settle(undefined);
    });
    socket.on('error', () => {
      settle(undefined);
    });
    // Somebody who is no Redis may hang up without a word.
    socket.on('close', () => {
      settle(undefined);
    });
    socket.on('connect', () => socket.write(`${command}\r\n`));
    // Answers to the short questions asked here arrive in one piece.
    socket.on('data', (answer) => {
      settle(answer.toString('utf8'));
    });
  });
}
