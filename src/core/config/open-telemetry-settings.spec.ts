import { loadConfig } from './config.js';
import type { OpenTelemetrySettings } from './open-telemetry-settings.js';
import { SettingError } from './setting-error.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example.com:4318' };
const SECRET = 'a-secret-value';

function read(env: Readonly<Record<string, string>>): OpenTelemetrySettings | undefined {
  return loadConfig(env, []).openTelemetry;
}

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(env, []);
    return [];
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.problems;
  }
}

describe('loadConfig with the settings of OpenTelemetry', () => {
  it('traces nothing without an endpoint', () => {
    expect(read({})).toBeUndefined();
    expect(read({ OTEL_SERVICE_NAME: 'push', OTEL_TRACES_SAMPLER: 'always_on' })).toBeUndefined();
  });

  it('has defaults for all but the endpoint', () => {
    expect(read(ENDPOINT)).toEqual({
      tracesUrl: 'http://collector.example.com:4318/v1/traces',
      headers: {},
      serviceName: undefined,
      resourceAttributes: {},
      sampler: 'parentbased_always_on',
      samplerRatio: 1,
    });
  });

  it('reads an endpoint with a path, with or without a slash at its end', () => {
    const urls = ['https://otlp.example.com/otlp', 'https://otlp.example.com/otlp/'].map(
      (url) => read({ OTEL_EXPORTER_OTLP_ENDPOINT: url })?.tracesUrl,
    );
    expect(new Set(urls)).toEqual(new Set(['https://otlp.example.com/otlp/v1/traces']));
  });

  it('reads pairs, with encoded characters and = in values', () => {
    const settings = read({
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: ' authorization=Basic%20dXNlcjpwYXNz= , x-tenant = one,',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=live,service.name=in-attributes,a=1%2C2',
    });
    expect(settings?.headers).toEqual({ authorization: 'Basic dXNlcjpwYXNz=', 'x-tenant': 'one' });
    expect(settings?.resourceAttributes).toEqual({ 'deployment.environment': 'live', a: '1,2' });
    expect(settings?.serviceName).toBe('in-attributes');
  });

  it('prefers OTEL_SERVICE_NAME to the resource attribute', () => {
    const env = { ...ENDPOINT, OTEL_SERVICE_NAME: 'named', OTEL_RESOURCE_ATTRIBUTES: 'service.name=in-attributes' };
    expect(read(env)?.serviceName).toBe('named');
  });

  it.each(['0', '1', '0.25', '.5', '1.0'])('reads the ratio %s', (ratio) => {
    const env = { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio };
    expect(read(env)).toMatchObject({ sampler: 'parentbased_traceidratio', samplerRatio: Number(ratio) });
  });

  it.each<[string, string]>([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', `https://user:${SECRET}@collector.example.com`],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', `https://collector.example.com/?key=${SECRET}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', SECRET],
    ['OTEL_EXPORTER_OTLP_HEADERS', `=${SECRET}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', `a b=${SECRET}`],
    ['OTEL_EXPORTER_OTLP_HEADERS', `a=${SECRET}%0d%0aX-Other: 1`],
    ['OTEL_EXPORTER_OTLP_HEADERS', `a=${SECRET}%`],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '1e-1'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment'],
  ])('rejects %s=%s, and names it without its value', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([name]);
    expect(problems.join()).not.toContain(SECRET);
  });
});
