import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useRequest } from '../../api/use-request.js';
import { PageHeading } from '../../components/page-heading.js';
import { Loaded } from '../../components/states.js';
import { StatTiles } from '../../components/stat-tiles.js';
import { useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { HeldBack } from './held-back.js';
import { Dependencies, Versions } from './parts.js';
import { Queues } from './queues.js';
import { healthTexts } from './texts.js';

const REFRESH_MS = 5_000;

/** The API counts no further. */
const MAX_DELIVERIES = 10_000;

type System = Schema<'SystemAnswer'>;

/** The state of the whole installation. */
export function HealthPage(): VNode {
  const texts = useTexts(healthTexts);
  const format = useFormat();
  return (
    <>
      <PageHeading title={texts.title}>
        <span class="muted">{texts.refreshes(format.duration(REFRESH_MS / 1_000))}</span>
      </PageHeading>
      <SystemState />
    </>
  );
}

function SystemState(): VNode {
  const { api } = useSession();
  const system = useRequest((signal) => api.get('/system', {}, signal), [], REFRESH_MS);
  return (
    <Loaded request={system}>
      {(data) => (
        <>
          <Dependencies dependencies={data.dependencies} />
          <Unfinished unfinished={data.unfinished} />
          <Queues queues={data.queues} />
          <Versions versions={data.versions} />
          <HeldBack throttled={data.throttledPushServices} breakers={data.openPruneBreakers} />
        </>
      )}
    </Loaded>
  );
}

function Unfinished({ unfinished }: { unfinished: System['unfinished'] }): VNode {
  const texts = useTexts(healthTexts);
  const format = useFormat();
  const { deliveries, oldestPlanSeconds, oldestBatchSeconds } = unfinished;
  const count = format.number(deliveries);
  const toAge = (seconds: number | null): string =>
    seconds === null ? texts.nothingWaits : format.duration(Math.max(0, seconds));
  return (
    <StatTiles
      tiles={[
        { label: texts.unfinished, value: deliveries >= MAX_DELIVERIES ? texts.moreThan(count) : count },
        { label: texts.oldestPlan, value: toAge(oldestPlanSeconds) },
        { label: texts.oldestBatch, value: toAge(oldestBatchSeconds) },
      ]}
    />
  );
}
