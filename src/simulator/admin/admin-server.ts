import { Readable } from 'node:stream';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { PUSH_SERVICES, SERVICES, type ServiceName } from '../service-names.js';
import { isTarget, SettingsError } from '../settings.js';
import type { Simulator } from '../simulator.js';
import { ANY_KEY, BEHAVIOURS, type Behaviour, hashSite } from '../subscriptions/endpoint-tokens.js';
import { DEVICE_TOKEN_FORMS, type DeviceTokenForm } from '../services/firebase.js';
import { PUSH_SERVICE_RULES } from '../services/push-services.js';
import { assertPublicKey, InvalidOrder } from './invalid-order.js';
import { createSubscription, type SubscriptionOrder } from './subscription-factory.js';

/** Subscriptions, tokens or counts in one response. */
const MAX_COUNT = 1_000_000;
const MAX_INDEX = 4_294_967_295;

/** How many are made before other work gets a turn. */
const PIECE = 100;

const RANGE = {
  first: { type: 'integer', minimum: 0, maximum: MAX_INDEX - MAX_COUNT, default: 0 },
  count: { type: 'integer', minimum: 1, maximum: MAX_COUNT, default: 1 },
};

const ORDER = {
  ...RANGE,
  behaviour: { enum: [...BEHAVIOURS], default: 'created' },
  site: { type: 'string', maxLength: 253, default: '' },
};

const SUBSCRIPTIONS = {
  type: 'object',
  required: ['service'],
  additionalProperties: false,
  properties: {
    ...ORDER,
    service: { enum: [...PUSH_SERVICES] },
    applicationServerKey: { type: 'string' },
    origin: { enum: ['vendor', 'local'], default: 'vendor' },
  },
};

const DEVICE_TOKENS = {
  type: 'object',
  additionalProperties: false,
  properties: { ...ORDER, form: { enum: [...DEVICE_TOKEN_FORMS], default: 'token' } },
};

interface Range {
  readonly first: number;
  readonly count: number;
}

interface SubscriptionsBody extends Omit<SubscriptionOrder, 'origin'>, Range {
  readonly origin: 'vendor' | 'local';
}

interface DeviceTokensBody extends Range {
  readonly behaviour: Behaviour;
  readonly site: string;
  readonly form: DeviceTokenForm;
}

/**
 * The routes that control the simulator, over plain HTTP on a port of their own; docs/simulator.md lists
 * them. A malformed request is 400 with a text that names the property.
 */
export function createAdminServer(simulator: Simulator, localOrigin: string): FastifyInstance {
  const admin = fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } });
  admin.setErrorHandler((error: FastifyError, _, reply) => {
    const isInvalid = error instanceof SettingsError || error instanceof InvalidOrder;
    // The library's text does not name a property that is one too many.
    const unknown = error.validation?.[0]?.params.additionalProperty;
    const message = typeof unknown === 'string' ? `${error.message}: ${unknown}` : error.message;
    return reply.code(isInvalid ? 400 : (error.statusCode ?? 500)).send({ message });
  });
  addOrders(admin, simulator, localOrigin);
  addSettings(admin, simulator);
  addReports(admin, simulator);
  addActions(admin, simulator);
  return admin;
}

function addOrders(admin: FastifyInstance, simulator: Simulator, localOrigin: string): void {
  admin.post<{ Body: SubscriptionsBody }>('/subscriptions', { schema: { body: SUBSCRIPTIONS } }, (request, reply) => {
    const { origin, count, ...order } = request.body;
    if (order.applicationServerKey !== undefined) assertPublicKey(order.applicationServerKey);
    const full = { ...order, origin: origin === 'local' ? localOrigin : undefined };
    return reply
      .type('application/json')
      .send(toJsonStream(count, (offset) => createSubscription(simulator.state, full, offset)));
  });
  admin.post<{ Body: DeviceTokensBody }>('/device-tokens', { schema: { body: DEVICE_TOKENS } }, (request, reply) => {
    const { first, count, behaviour, site, form } = request.body;
    const content = { behaviour, site: hashSite(site), keyHash: ANY_KEY };
    const create = (offset: number): string =>
      simulator.firebase.createDeviceToken({ ...content, index: first + offset }, form);
    return reply.type('application/json').send(toJsonStream(count, create));
  });
}

function addSettings(admin: FastifyInstance, { state: { settings } }: Simulator): void {
  admin.get('/settings', () => settings.all());
  admin.patch('/settings', ({ body }) => {
    settings.change(body, undefined);
    return settings.all();
  });
  admin.patch<{ Params: { target: string } }>('/settings/:target', ({ params: { target }, body }) => {
    if (!isTarget(target)) throw new SettingsError(`${target} is no service`);
    settings.change(body, target);
    return settings.all();
  });
}

function addReports(admin: FastifyInstance, { state, server, googleTokens }: Simulator): void {
  const service = { enum: [...SERVICES] };
  admin.get('/', () => ({
    services: Object.fromEntries(PUSH_SERVICES.map((name) => [name, PUSH_SERVICE_RULES[name].origin])),
    project: googleTokens.account.project_id,
    connections: server.connections,
  }));
  admin.get('/counts', () => Object.fromEntries(SERVICES.map((name) => [name, state.countersOf(name).report()])));
  admin.post<{ Params: { service: ServiceName }; Body: Range }>(
    '/counts/:service/deliveries',
    {
      schema: {
        params: { type: 'object', properties: { service } },
        body: { type: 'object', additionalProperties: false, properties: RANGE },
      },
    },
    ({ params, body: { first, count } }) => state.countersOf(params.service).deliveriesFrom(first, count),
  );
  admin.get('/messages', () => state.messages.list());
}

function addActions(admin: FastifyInstance, { state, server, googleTokens }: Simulator): void {
  const actions: Readonly<Record<string, () => void>> = {
    '/reset': () => {
      state.reset();
    },
    '/connections/go-away': () => {
      server.goAway();
    },
    '/connections/break': () => {
      server.breakConnections();
    },
    '/access-tokens/expire': () => {
      googleTokens.expireAll();
    },
  };
  for (const [path, act] of Object.entries(actions)) {
    admin.post(path, (_, reply) => {
      act();
      return reply.code(204).send();
    });
  }
}

/** A JSON array with one item a line, made while it is read. */
function toJsonStream(count: number, create: (offset: number) => unknown): Readable {
  function* pieces(): Generator<string> {
    yield '[\n';
    for (let start = 0; start < count; start += PIECE) {
      const length = Math.min(PIECE, count - start);
      const items = Array.from({ length }, (_, index) => JSON.stringify(create(start + index)));
      yield `${items.join(',\n')}${start + length < count ? ',' : ''}\n`;
    }
    yield ']\n';
  }
  return Readable.from(pieces());
}
