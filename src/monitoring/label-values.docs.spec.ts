import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE } from '../deliveries/jobs/batch.job.js';
import { DELIVERY_PLANS_QUEUE } from '../deliveries/jobs/plan.job.js';
import { DOPPLER_VISITORS_QUEUE } from '../doppler/doppler-visitor.job.js';
import { FIREBASE, nameReason, REASONS } from '../push-api-client/failure-reason.js';
import { SANDBOX_HOST, VENDOR_HOSTS } from '../push-services/push-service-host.js';

const page = readFileSync(join(process.cwd(), 'docs/metrics.md'), 'utf8');

/** The code spans of a section, each once, without settings, which have capitals and underscores. */
function readSpans(heading: string): string[] {
  const [section = ''] = page.split(`\n### ${heading}\n`)[1]?.split(/\n##/) ?? [];
  const spans = [...section.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return [...new Set(spans)].filter((span) => !/^[A-Z]+_[A-Z_]+$/.test(span)).sort();
}

describe('docs/metrics.md', () => {
  it('lists the push services, those of the vendors first', () => {
    expect(readSpans('Push service')).toEqual([FIREBASE, SANDBOX_HOST, 'other', ...VENDOR_HOSTS].sort());
  });

  it('lists every reason of ours, and codes of network errors as they are counted', () => {
    const reasons = readSpans('Reason');
    const ofNetwork = reasons.filter((reason) => /^[A-Z]/.test(reason));
    expect(reasons.filter((reason) => !ofNetwork.includes(reason))).toEqual([...REASONS].sort());
    expect(ofNetwork.map((code) => nameReason({ code }))).toEqual(ofNetwork);
    expect(ofNetwork.length).toBeGreaterThan(2);
  });

  it('lists the queues', () => {
    const [, listed = ''] = /^- `queue`: (.+)$/m.exec(page) ?? [];
    const queues = [DELIVERY_PLANS_QUEUE, DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE, DOPPLER_VISITORS_QUEUE];
    expect(listed).toBe(queues.map((queue) => `\`${queue}\``).join(', '));
  });
});
