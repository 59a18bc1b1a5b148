import { findSubjectProblem } from './vapid-subject.js';

describe('findSubjectProblem', () => {
  it.each([
    'mailto:operations@push.example.com',
    'mailto:first.last+push@a-b.co.uk',
    'MAILTO:a@b.co',
    'https://push.example.com',
    'https://push.example.com/contact?team=1',
    'https://xn--bcher-kva.example.com',
  ])('accepts %s', (subject) => {
    expect(findSubjectProblem(subject)).toBeUndefined();
  });

  it.each([
    'mailto: a@b.co',
    'mailto:%20a@b.co',
    'mailto:a%40c@b.co',
    'mailto:a@b.co ',
    'mailto:<a@b.co>',
    'mailto:Operations <a@b.co>',
    'mailto:mailto:a@b.co',
    'mailto:a@b.co,c@d.co',
    'mailto:a@b.co?subject=push',
    'mailto:a@@b.co',
    'mailto:a..b@c.co',
    'mailto:@b.co',
    'mailto:a@',
    'mailto://a@b.co',
    'a@b.co',
    'http://b.co',
    'https:b.co',
    'https://',
    'https://a@b.co',
    'https://b.co/a b',
  ])('says that the form of %j is wrong', (subject) => {
    expect(findSubjectProblem(subject)).toMatch(/^must be mailto:/);
  });

  it.each([
    'mailto:a@localhost',
    'mailto:a@LOCALHOST',
    'mailto:a@printer.local',
    'mailto:a@push.invalid',
    'mailto:a@push.test',
    'mailto:a@push.localhost',
    'mailto:a@push.internal',
    'mailto:a@push.corp',
    'mailto:a@127.0.0.1',
    'mailto:a@[127.0.0.1]',
    'mailto:a@[IPv6:::1]',
    'mailto:a@b',
    'mailto:a@b.co.',
    'mailto:a@-b.co',
    'https://localhost:3000',
    'https://push.local/contact',
    'https://10.0.0.1',
    'https://0x7f000001',
    'https://[::1]',
    'https://b',
  ])('says that %j has no public domain', (subject) => {
    expect(findSubjectProblem(subject)).toMatch(/^needs a public domain/);
  });
});
