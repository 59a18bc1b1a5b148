import { ROOT_CONTEXT } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { AlwaysOffSampler, type ReadableSpan, type Sampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { BoundedExport } from './bounded-export.js';
import type { LossReason } from './lost-spans.js';

interface Export {
  readonly spans: readonly ReadableSpan[];
  readonly answer: (result: ExportResult) => void;
}

/** An export whose collector answers when the test says so. */
function open(sampler?: Sampler): {
  end: (spans: number) => void;
  exports: Export[];
  lost: [LossReason, number, string][];
  bounded: BoundedExport;
} {
  const exports: Export[] = [];
  const lost: [LossReason, number, string][] = [];
  const exporter = {
    export: (spans: ReadableSpan[], answer: Export['answer']) => void exports.push({ spans, answer }),
    shutdown: () => new Promise<void>(() => undefined),
  };
  const bounded = new BoundedExport(exporter, { add: (...loss) => void lost.push(loss) });
  const tracer = new TracerProvider({ spanProcessors: [bounded], ...(sampler && { sampler }) }).getTracer('test');
  const end = (spans: number): void => {
    for (let span = 0; span < spans; span += 1) tracer.startSpan('span', {}, ROOT_CONTEXT).end();
  };
  return { end, exports, lost, bounded };
}

describe('BoundedExport', () => {
  it('keeps 2,048 spans for a collector that does not answer, and counts the others as lost', () => {
    const { end, exports, lost } = open();
    end(3_000);
    expect(lost).toHaveLength(3_000 - 2_048);
    expect(new Set(lost.map(([reason, spans]) => `${reason} ${spans}`))).toEqual(new Set(['queue_full 1']));
    expect(exports.map(({ spans }) => spans.length)).toEqual([512]);
  });

  it('takes spans again once the collector has answered', () => {
    const { end, exports, lost } = open();
    end(2_048);
    exports[0]?.answer({ code: ExportResultCode.SUCCESS });
    end(512);
    expect(lost).toEqual([]);
    end(1);
    expect(lost).toHaveLength(1);
  });

  it.each([
    [{ code: 400, message: 'a-secret' }, 'the collector answered 400'],
    [{ code: 'ECONNREFUSED', message: 'a-secret' }, 'ECONNREFUSED'],
    [{ message: 'a-secret' }, 'no answer of the collector'],
  ])('counts an export that fails, by a code alone: %j', (error, cause) => {
    const { end, exports, lost } = open();
    end(512);
    exports[0]?.answer({ code: ExportResultCode.FAILED, error: Object.assign(new Error(error.message), error) });
    expect(lost).toEqual([['export_failed', 512, cause]]);
  });

  it('waits for no collector at the end, and counts what it did not take', async () => {
    const { end, lost, bounded } = open();
    end(5);
    await bounded.end(10);
    expect(lost).toEqual([['shutdown', 5, 'the process ends']]);
  });

  it('exports and counts nothing that is not sampled', () => {
    const { end, exports, lost } = open(new AlwaysOffSampler());
    end(3_000);
    expect([exports, lost]).toEqual([[], []]);
  });
});
