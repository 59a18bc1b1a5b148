import { PushApiState } from './push-api-state.js';
import { callFailure, statusFailure } from './failure-reason.js';

let state: PushApiState;

beforeEach(() => {
  state = new PushApiState();
});

it('knows no fault before the first call', () => {
  expect(state.findFault()).toBeUndefined();
});

it('forgets that PushApi was unreachable when it responds on another route', () => {
  state.observe('/devices', callFailure(null, 'ECONNREFUSED'));
  expect(state.findFault()).toBe('ECONNREFUSED');
  state.observe('/message', undefined);
  expect(state.findFault()).toBeUndefined();
});

it.each([401, 403])('keeps a %i of one route while another route responds', (status) => {
  state.observe('/message', statusFailure(status));
  state.observe('/devices', undefined);
  expect(state.findFault()).toMatch(String(status));
  state.observe('/message', undefined);
  expect(state.findFault()).toBeUndefined();
});

it('takes what concerns one call for a response', () => {
  state.observe('/message', callFailure(null, 'ETIMEDOUT'));
  state.observe('/webpush', statusFailure(413));
  expect(state.findFault()).toBeUndefined();
});
