import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { DataTable } from '../../components/data-table.js';
import { PATTERNS } from '../../shell/patterns.js';
import { toFragment } from '../../shell/route.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { healthTexts } from './texts.js';

interface HeldBackProps {
  readonly throttled: readonly Schema<'ThrottledPushServiceAnswer'>[];
  readonly breakers: readonly Schema<'OpenPruneBreakerAnswer'>[];
}

/**
 * What is held back: by push services, and by the breaker that doubts too many gone contacts. These lists
 * come and go, so they are the page's last.
 */
export function HeldBack({ throttled, breakers }: HeldBackProps): VNode {
  return (
    <div class="columns">
      <Throttled services={throttled} />
      <Breakers breakers={breakers} />
    </div>
  );
}

function Throttled({ services }: { services: HeldBackProps['throttled'] }): VNode {
  const texts = useTexts(healthTexts);
  const format = useFormat();
  return (
    <section class="card">
      <h2>{texts.throttled}</h2>
      {services.length === 0 ? (
        <p class="muted">{texts.noThrottled}</p>
      ) : (
        <ul class="pairs">
          {services.map(({ service, domain, until }) => (
            <li key={`${service} ${domain ?? ''}`}>
              <span>
                {service}
                <br />
                <span class="muted">{domain ?? texts.allDomains}</span>
              </span>
              <span>
                <span class="muted">{texts.until}</span> {format.moment(until)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Breakers({ breakers }: { breakers: HeldBackProps['breakers'] }): VNode {
  const texts = useTexts(healthTexts);
  const format = useFormat();
  return (
    <section class="card">
      <h2>{texts.breakers}</h2>
      <p class="muted">{breakers.length === 0 ? texts.noBreakers : texts.breakersHint}</p>
      {breakers.length > 0 && (
        <DataTable
          label={texts.breakers}
          rows={breakers}
          rowKey={({ domain }) => domain}
          columns={[
            {
              header: texts.domain,
              width: 12,
              cell: ({ domain }) => <a href={toFragment(PATTERNS.domain, { domain })}>{domain}</a>,
            },
            { header: texts.opened, width: 12, cell: ({ openedAt }) => format.dateTime(openedAt) },
            { header: texts.withheld, width: 10, isNumber: true, cell: ({ withheld }) => format.number(withheld) },
          ]}
        />
      )}
    </section>
  );
}
