import 'reflect-metadata';
import type { Message } from '../../messages/messages.repository.js';
import { listPlaceholders } from './placeholder-list.js';

const message = {
  title: 'Hi [[[Name]]]',
  body: '[[[name]]], see [[[offer]]] and [[[NAME]]]',
  onClickLink: 'https://example.com/[[[offer]]]',
  imageUrl: 'https://example.com/[[[picture]]].png',
  iconUrl: null,
  badgeUrl: null,
  actions: [],
  utm: null,
} as unknown as Message;

describe('listPlaceholders', () => {
  it('lists each once with its places, in the first spelling', () => {
    expect(listPlaceholders(message, new Map([['name', 'Ana']]))).toEqual([
      { name: 'Name', places: ['title', 'body'], hasValue: true },
      { name: 'offer', places: ['body', 'links'], hasValue: false },
      { name: 'picture', places: ['images'], hasValue: false },
    ]);
  });

  it('lists none of a message without placeholders', () => {
    expect(
      listPlaceholders({ ...message, title: 'T', body: 'B', onClickLink: null, imageUrl: null }, new Map()),
    ).toEqual([]);
  });
});
