import { SettingError } from '../core/config/setting-error.js';
import { parseTokenOptions } from './token-options.js';

function problemsOf(...args: string[]): readonly string[] {
  try {
    parseTokenOptions(args);
    return [];
  } catch (error) {
    if (error instanceof SettingError) return error.problems;
    throw error;
  }
}

describe('parseTokenOptions', () => {
  it('reads domains and scopes, each once', () => {
    const args = ['--domain=a.com', '--domain', 'b.com', '--domain=a.com', '--scope=send reports', '--scope=send'];
    expect(parseTokenOptions(args)).toEqual({
      claims: { domains: ['a.com', 'b.com'], scope: 'send reports' },
      days: 30,
      keyFile: undefined,
    });
  });

  it('reads a subject, days and a key file', () => {
    const args = ['--super-user', '--subject=platform', '--days=1', '--key-file=private.pem'];
    expect(parseTokenOptions(args)).toEqual({
      claims: { isSU: true, sub: 'platform' },
      days: 1,
      keyFile: 'private.pem',
    });
  });

  it.each<[string[], string[]]>([
    [[], ['--domain: give at least one', '--scope: give at least one of contacts, send, reports, manage']],
    [['--domain=a.com'], ['--scope: give at least one of']],
    [['--scope=send'], ['--domain: give at least one, or --super-user']],
    [['--domain=', '--scope=send'], ['--domain: must be 1 to 253 characters']],
    [['--domain=a.com', '--scope=sent'], ['--scope: must be of contacts, send, reports, manage']],
    [['--domain=a.com', '--scope=send,reports'], ['--scope: must be of']],
    [['--domain=a.com', '--scope=constructor'], ['--scope: must be of']],
    [
      ['--domain=a.com', '--scope=send', '--super-user'],
      ['--domain: a super user', '--scope: a super user'],
    ],
    [['--super-user', '--days=0'], ['--days: must be a whole number from 1 to 3650']],
    [['--super-user', '--days=1.5'], ['--days: must be']],
    [['--super-user', '--days=9999999'], ['--days: must be']],
    [['--super-user', '--subject='], ['--subject: must not be blank']],
    [['--super-user', '--key-file= '], ['--key-file: must not be blank']],
    [['--super-user', '--colour=red'], ["Unknown option '--colour'"]],
    [['--super-user=yes'], ["Option '--super-user' does not take an argument"]],
    [['--super-user', 'a.com'], ["Unexpected argument 'a.com'"]],
    [['--domain'], ["Option '--domain <value>' argument missing"]],
  ])('rejects %j and names the option', (args, expected) => {
    const problems = problemsOf(...args);
    expect(problems).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(problems[index]).toContain(text);
  });
});
