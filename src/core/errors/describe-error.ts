import { readProperty } from './read-property.js';

/**
 * Name, code and call stack of whatever was thrown. Not the message: drivers quote values of documents in it,
 * and the arguments of commands, passwords among them.
 */
export function describeWithoutValues(thrown: unknown): string {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  const code = readProperty(thrown, 'code');
  const codeText = typeof code === 'string' || typeof code === 'number' ? ` (code ${code})` : '';
  return [`${name}${codeText}`, ...frames].join('\n');
}
