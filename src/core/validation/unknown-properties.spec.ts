import 'reflect-metadata';
import { MessageRequest, StoreMessageRequest } from '../../messages/messages.dto.js';
import { RegisterContactRequest } from '../../push-contacts/push-contacts.dto.js';
import { ShapeReader } from './shape-reader.js';

type RequestClass = typeof MessageRequest | typeof StoreMessageRequest | typeof RegisterContactRequest;

/** The unknown properties of a JSON text, as a body is parsed. */
function findIn(requestClass: RequestClass, json: string): readonly string[] {
  const reader = new ShapeReader();
  reader.read(requestClass, JSON.parse(json) as Record<string, unknown>);
  return reader.unknown.names;
}

describe('the unknown properties of a body', () => {
  it('are named as they were written', () => {
    expect(findIn(MessageRequest, '{"title":"t","body":"b","ttl":5,"Sned_At":null}')).toEqual(['ttl', 'Sned_At']);
  });

  it('are none when names differ in case alone', () => {
    const json = '{"TITLE":"t","Body":"b","onclicklink":null,"TimeToLiveSeconds":5,"Actions":[{"LINK":null}]}';
    expect(findIn(MessageRequest, json)).toEqual([]);
  });

  it('have the path of the object or item that they are in', () => {
    const json = '{"domain":"d","messages":1,"Message":{"ttl":1,"actions":[{"action":"a"},{"url":"u"}]}}';
    expect(findIn(StoreMessageRequest, json)).toEqual(['messages', 'message.ttl', 'message.actions.1.url']);
  });

  it('are named when they are properties of every object', () => {
    const json = '{"__proto__":{"a":1},"constructor":1,"toString":2}';
    expect(findIn(MessageRequest, json)).toEqual(['__proto__', 'constructor', 'toString']);
  });

  it("are none in a browser's subscription with its time of expiration", () => {
    const json = '{"subscription":{"endpoint":"e","expirationTime":null,"keys":{"p256dh":"p","auth":"a"}}}';
    expect(findIn(RegisterContactRequest, json)).toEqual([]);
  });

  it('are named without a look into their values', () => {
    expect(findIn(MessageRequest, '{"options":{"a":{"b":[{"c":1}]}}}')).toEqual(['options']);
  });

  it('are well-formed text of bounded length', () => {
    const [name = '', long = ''] = findIn(MessageRequest, `{"\\ud800":1,"${'x'.repeat(100_000)}":1}`);
    expect(name).toBe('\ufffd');
    expect(long).toHaveLength(201);
  });

  it('are at most 20, found in the time that the body takes to be read', () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`unknown${index}`, index]));
    const started = performance.now();
    const reader = new ShapeReader();
    reader.read(MessageRequest, body);
    expect(performance.now() - started).toBeLessThan(200);
    expect(reader.unknown.names).toEqual(Array.from({ length: 20 }, (_, index) => `unknown${index}`));
  });
});
