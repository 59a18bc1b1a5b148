import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import {
  ContactsQuery,
  EmailBody,
  RegisterContactRequest,
  VisitorGuidBody,
} from '../../push-contacts/push-contacts.dto.js';
import { AppError } from '../errors/errors.js';
import { BareStringPipe, RequestPipe } from './request.pipe.js';

const pipe = new RequestPipe();

const contact = { domain: 'example.com', deviceToken: 'token-1' };

function register(body: unknown): RegisterContactRequest {
  return pipe.transform(body, { type: 'body', metatype: RegisterContactRequest }) as RegisterContactRequest;
}

function query(values: unknown): ContactsQuery {
  return pipe.transform(values, { type: 'query', metatype: ContactsQuery }) as ContactsQuery;
}

function findRefusal(refused: () => unknown): AppError {
  try {
    refused();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw new Error('was not refused with an AppError', { cause: error });
  }
  throw new Error('was not refused');
}

/** The names of the properties for which a request is refused. */
function rejectedNames(refused: () => unknown): string[] {
  const { code, context } = findRefusal(refused);
  expect(code).toBe('validation_failed');
  return Object.keys(context.errors ?? {}).sort();
}

describe('RequestPipe', () => {
  const subscription = { endPoint: 'https://push.example/1', keys: { p256DH: 'public', auth: 'secret' } };

  it.each([
    ['as documented', { ...contact, subscription }],
    [
      'in lower case',
      {
        domain: 'example.com',
        devicetoken: 'token-1',
        subscription: { endpoint: 'https://push.example/1', keys: { p256dh: 'public', auth: 'secret' } },
      },
    ],
    [
      'in .NET case',
      {
        Domain: 'example.com',
        DeviceToken: 'token-1',
        Subscription: { EndPoint: 'https://push.example/1', Keys: { P256DH: 'public', Auth: 'secret' } },
      },
    ],
  ])('matches names %s', (_, body) => {
    const request = register(body);
    expect(request).toBeInstanceOf(RegisterContactRequest);
    expect(request).toEqual(Object.assign(new RegisterContactRequest(), { ...contact, subscription }));
  });

  it('drops properties that the request class does not have', () => {
    const request = register({ ...contact, deleted: false, _id: '1', $where: 'true', constructor: 'x' });
    const given = Object.entries(request).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(given)).toStrictEqual(contact);
  });

  it('distinguishes null from absent', () => {
    const request = register({ ...contact, email: null });
    expect(request.email).toBeNull();
    expect(request.visitorGuid).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'text'],
    ['a number', 1],
    ['an array', [contact]],
  ])('rejects %s as a body', (_, body) => {
    expect(findRefusal(() => register(body)).code).toBe('validation_failed');
  });

  it('reports every invalid property with its messages', () => {
    const { context, detail } = findRefusal(() => register({ domain: ' ', email: 'nobody' }));
    expect(Object.keys(context.errors ?? {}).sort()).toEqual(['deviceToken', 'domain', 'email']);
    expect(context.errors?.domain).toEqual(['domain must not be blank']);
    for (const name of ['deviceToken', 'domain', 'email']) expect(detail).toContain(name);
  });

  it.each([
    ['subscription.endPoint', { endpoint: 1 }],
    ['subscription.keys.p256DH', { keys: { p256dh: 1 } }],
    ['subscription.keys.auth', { keys: { auth: ['secret'] } }],
    ['subscription.keys', { keys: 'text' }],
    ['subscription', 'text'],
  ])('reports %s under its documented name', (name, wrong) => {
    expect(rejectedNames(() => register({ ...contact, subscription: wrong }))).toEqual([name]);
  });

  it.each([1, true, {}, ['example.com'], null])('rejects %p for a text', (domain) => {
    expect(rejectedNames(() => register({ ...contact, domain }))).toEqual(['domain']);
  });

  const long = (length: number) => 'x'.repeat(length);
  it.each<[string, number, (text: string) => object]>([
    ['domain', 253, (domain) => ({ domain })],
    ['deviceToken', 4_096, (deviceToken) => ({ deviceToken })],
    ['visitorGuid', 128, (visitorGuid) => ({ visitorGuid })],
    ['subscription.endPoint', 2_048, (endPoint) => ({ subscription: { endPoint } })],
  ])('accepts a %s of %i characters and none longer', (name, limit, bodyWith) => {
    expect(register({ ...contact, ...bodyWith(long(limit)) })).toBeInstanceOf(RegisterContactRequest);
    expect(rejectedNames(() => register({ ...contact, ...bodyWith(long(limit + 1)) }))).toEqual([name]);
  });

  it('accepts an e-mail of 254 characters and none longer', () => {
    const readEmail = (length: number): string => {
      const start = `${long(64)}@${long(63)}.${long(63)}.`;
      return `${start}${long(length - start.length - '.com'.length)}.com`;
    };
    expect(register({ ...contact, email: readEmail(254) }).email).toHaveLength(254);
    expect(rejectedNames(() => register({ ...contact, email: readEmail(255) }))).toEqual(['email']);
  });

  it.each(['', ' ', '\t\n'])('returns null for the e-mail %j', (email) => {
    expect(register({ ...contact, email }).email).toBeNull();
  });

  it('leaves out spaces around an e-mail', () => {
    expect(register({ ...contact, email: ' a@example.com ' }).email).toBe('a@example.com');
  });

  it.each([
    ['subscription', Array(100_000).fill({})],
    ['subscription', Array(100_000).fill(5)],
    ['subscription.keys', { keys: Array(100_000).fill({}) }],
    ['subscription.keys.auth', { keys: { auth: Array(100_000).fill([]) } }],
  ])('names %s once when a list is in the place of another value', (name, subscription) => {
    expect(rejectedNames(() => register({ ...contact, subscription }))).toEqual([name]);
  });

  it.each(['domain', 'deviceToken', 'email', 'visitorGuid'])('rejects a lone surrogate in %s', (name) => {
    for (const text of ['\ud83d', 'a\udc00b', '\udc00\ud83d']) {
      expect(rejectedNames(() => register({ ...contact, [name]: text }))).toEqual([name]);
    }
    if (name !== 'email') expect(register({ ...contact, [name]: '😀' })).toMatchObject({ [name]: '😀' });
  });

  it('turns the dates of a query into Date objects', () => {
    const request = query({
      domain: 'example.com',
      MODIFIEDFROM: '2026-03-01',
      modifiedto: '2026-03-02T00:00:00-03:00',
    });
    expect(request.modifiedFrom).toEqual(new Date('2026-03-01T00:00:00Z'));
    expect(request.modifiedTo).toEqual(new Date('2026-03-02T03:00:00Z'));
  });

  it('reports a date that is not ISO 8601', () => {
    const names = rejectedNames(() => query({ domain: 'example.com', modifiedFrom: '2026-02-30', modifiedTo: '' }));
    expect(names).toEqual(['modifiedFrom', 'modifiedTo']);
  });

  it.each<[string, Type | undefined, 'body' | 'custom']>([
    ['a raw text', String, 'body'],
    ['a value without a class', undefined, 'body'],
    ['what a decorator made', RegisterContactRequest, 'custom'],
  ])('returns %s unchanged', (_, metatype, type) => {
    expect(pipe.transform('text', { type, metatype })).toBe('text');
  });
});

describe('BareStringPipe', () => {
  const email = new BareStringPipe(EmailBody, 'email');
  const visitorGuid = new BareStringPipe(VisitorGuidBody, 'visitorGuid');

  it('returns the text', () => {
    expect(email.transform('visitor@example.com')).toBe('visitor@example.com');
    expect(visitorGuid.transform('Guid-1')).toBe('Guid-1');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['white space', ' \t'],
    ['a number', 1],
    ['an object', { email: 'visitor@example.com', visitorGuid: 'guid' }],
    ['an array', ['visitor@example.com']],
  ])('rejects %s under the name of the property', (_, value) => {
    expect(rejectedNames(() => email.transform(value))).toEqual(['email']);
    expect(rejectedNames(() => visitorGuid.transform(value))).toEqual(['visitorGuid']);
  });

  it('rejects a text that is not an e-mail, and a guid that is too long', () => {
    expect(rejectedNames(() => email.transform('visitor'))).toEqual(['email']);
    expect(visitorGuid.transform('g'.repeat(128))).toHaveLength(128);
    expect(rejectedNames(() => visitorGuid.transform('g'.repeat(129)))).toEqual(['visitorGuid']);
  });
});
