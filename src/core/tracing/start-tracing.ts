import { randomUUID } from 'node:crypto';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Mode } from '../config/config.js';
import type { OpenTelemetrySettings } from '../config/open-telemetry-settings.js';
import { BoundedExport } from './bounded-export.js';
import { LostSpans } from './lost-spans.js';
import { OpenTelemetryTracer } from './open-telemetry-tracer.js';
import { countRejectedSpans } from './rejected-spans.js';
import { setTracer } from './tracing.js';

/** The end of the process waits no longer for the collector. */
const FLUSH_MS = 3_000;

/** What this process calls itself. */
export interface TracedProcess {
  readonly mode: Mode;
  readonly version: string;
}

/**
 * Lets this process make spans and export them. Returns what exports the last ones: to be called once nothing
 * makes spans any more; resolves within 3 s. Imported only where traces are wanted, because of the SDK's
 * size.
 */
export function startTracing(settings: OpenTelemetrySettings, traced: TracedProcess): () => Promise<void> {
  const exporter = new OTLPTraceExporter({ url: settings.tracesUrl, headers: { ...settings.headers } });
  const lost = new LostSpans();
  countRejectedSpans(lost);
  const bounded = new BoundedExport(exporter, lost);
  const provider = new TracerProvider({
    resource: toResource(settings, traced),
    sampler: toSampler(settings),
    spanProcessors: [bounded],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  setTracer(new OpenTelemetryTracer(provider.getTracer('push-contact', traced.version)));
  return () => bounded.end(FLUSH_MS);
}

/** The names of opentelemetry.io, "Resource Semantic Conventions", service. */
function toResource({ serviceName, resourceAttributes }: OpenTelemetrySettings, traced: TracedProcess): Resource {
  const own = {
    'service.name': serviceName ?? `push-contact-${traced.mode}`,
    'service.version': traced.version,
    'service.instance.id': randomUUID(),
  };
  return defaultResource().merge(resourceFromAttributes({ ...own, ...resourceAttributes }));
}

function toSampler({ sampler, samplerRatio }: OpenTelemetrySettings): Sampler {
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(samplerRatio);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(samplerRatio) });
  }
}
