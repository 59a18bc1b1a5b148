import type { VNode } from 'preact';
import { useRequest } from '../../api/use-request.js';
import { DomainHeading } from '../../components/domain-heading.js';
import { EmptyState, Loaded } from '../../components/states.js';
import { StatTiles } from '../../components/stat-tiles.js';
import type { PageProps } from '../../shell/pages.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { FeatureSwitch } from './feature-switch.js';
import { Growth } from './growth.js';
import { LastSends } from './last-sends.js';
import { domainTexts } from './texts.js';

/** A domain at a glance: its contacts, how they grow, what was sent last, and the switch of its feature. */
export function DomainPage({ variables }: PageProps): VNode {
  const { domain = '' } = variables;
  const texts = useTexts(domainTexts);
  const session = useSession();
  return (
    <>
      <DomainHeading domain={domain} current="overview" title={domain} />
      {mayDo(session, 'manage', domain) && <FeatureSwitch domain={domain} />}
      {mayDo(session, 'reports', domain) ? (
        <>
          <Contacts domain={domain} />
          <Growth domain={domain} />
          <LastSends domain={domain} />
        </>
      ) : (
        <EmptyState title={texts.notReports} />
      )}
    </>
  );
}

function Contacts({ domain }: { domain: string }): VNode {
  const texts = useTexts(domainTexts);
  const format = useFormat();
  const { api } = useSession();
  const stats = useRequest((signal) => api.get('/domains/{name}/stats', { path: { name: domain } }, signal), [domain]);
  return (
    <Loaded request={stats}>
      {({ contactsStats: { active, deleted, unsubscribed = 0 } }) => (
        <StatTiles
          tiles={[
            { label: texts.active, value: format.number(active) },
            { label: texts.lost, value: format.number(deleted), note: texts.lostNote(format.number(unsubscribed)) },
          ]}
        />
      )}
    </Loaded>
  );
}
