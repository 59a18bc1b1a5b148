import type { SettingReader } from './setting-reader.js';

/** OpenTelemetry's names of its samplers (opentelemetry.io, "Environment Variable Specification"). */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Of OpenTelemetry's protocols, the one that the exporter speaks. */
const PROTOCOLS = ['http/json'] as const;

const TRACES_PATH = '/v1/traces';

/** The name of a header (RFC 9110, section 5.6.2), which is also what a name of Baggage may be. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A value of a header (RFC 9110, section 5.5), of one line. */
const FIELD_VALUE = /^[\x20-\x7e]*$/;

const PAIRS = 'must be key=value pairs by commas; percent-encode , and % in values';

/** Where traces go, and which requests have one. */
export interface OpenTelemetrySettings {
  /** The URL to which spans are posted. */
  readonly tracesUrl: string;
  /** Headers of each export; a secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined when nothing names the service: each mode has a name of its own. */
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly sampler: (typeof SAMPLERS)[number];
  /** The share of new traces that a sampler by ratio takes; 0 to 1. */
  readonly samplerRatio: number;
}

/** Reads OpenTelemetry's own settings; undefined without OTEL_EXPORTER_OTLP_ENDPOINT: nothing is traced. */
export function readOpenTelemetry(reader: SettingReader): OpenTelemetrySettings | undefined {
  const endpoint = readEndpoint(reader);
  const headers = readPairs(reader, 'OTEL_EXPORTER_OTLP_HEADERS', reader.secret('OTEL_EXPORTER_OTLP_HEADERS'));
  if (Object.entries(headers).some(([name, value]) => !TOKEN.test(name) || !FIELD_VALUE.test(value))) {
    reader.reject('OTEL_EXPORTER_OTLP_HEADERS', 'has a name or a value that no HTTP header can have');
  }
  reader.choice('OTEL_EXPORTER_OTLP_PROTOCOL', reader.text('OTEL_EXPORTER_OTLP_PROTOCOL'), PROTOCOLS);
  const sampler = reader.choice('OTEL_TRACES_SAMPLER', reader.text('OTEL_TRACES_SAMPLER'), SAMPLERS);
  const { 'service.name': nameInAttributes, ...resourceAttributes } = readPairs(
    reader,
    'OTEL_RESOURCE_ATTRIBUTES',
    reader.text('OTEL_RESOURCE_ATTRIBUTES'),
  );
  const serviceName = reader.text('OTEL_SERVICE_NAME') ?? nameInAttributes;
  const samplerRatio = readRatio(reader);
  if (endpoint === undefined) return undefined;
  const tracesUrl = endpoint + TRACES_PATH;
  return {
    tracesUrl,
    headers,
    serviceName,
    resourceAttributes,
    sampler: sampler ?? 'parentbased_always_on',
    samplerRatio,
  };
}

function readEndpoint(reader: SettingReader): string | undefined {
  const endpoint = reader.httpUrl('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  const { username, password, search, hash } = new URL(endpoint);
  if (username + password !== '') {
    reader.reject('OTEL_EXPORTER_OTLP_ENDPOINT', 'must have no user or password: use OTEL_EXPORTER_OTLP_HEADERS');
  } else if (search + hash !== '') {
    reader.reject('OTEL_EXPORTER_OTLP_ENDPOINT', `must have no ? or #: ${TRACES_PATH} is added to it`);
  }
  return endpoint;
}

/** As a W3C Baggage header without properties (w3.org, "Propagation format for Baggage", section 3.2). */
function readPairs(reader: SettingReader, name: string, text: string | undefined): Record<string, string> {
  const pairs = (text ?? '')
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map(toPair);
  const known = pairs.filter((pair) => pair !== undefined);
  if (known.length < pairs.length) reader.reject(name, PAIRS);
  return Object.fromEntries(known);
}

function toPair(pair: string): readonly [string, string] | undefined {
  const [, name, value = ''] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(pair) ?? [];
  if (name === undefined) return undefined;
  try {
    return [decodeURIComponent(name), decodeURIComponent(value.trim())];
  } catch {
    return undefined;
  }
}

function readRatio(reader: SettingReader): number {
  const text = reader.text('OTEL_TRACES_SAMPLER_ARG');
  if (text === undefined) return 1;
  const ratio = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  reader.reject('OTEL_TRACES_SAMPLER_ARG', 'must be a number from 0 to 1');
  return 1;
}
