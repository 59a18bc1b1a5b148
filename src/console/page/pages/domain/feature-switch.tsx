import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { toProblem } from '../../api/problem.js';
import { useProblemText } from '../../api/describe-problem.js';
import { useRequest } from '../../api/use-request.js';
import { CheckField } from '../../components/check-field.js';
import { ConfirmDialog } from '../../components/dialog.js';
import { Loaded } from '../../components/states.js';
import { useSay } from '../../components/status.js';
import { useSession } from '../../shell/session.js';
import { useTexts } from '../../texts/language.js';
import { FeatureBadge } from '../domains/feature-badge.js';
import { nullWhenUnknown } from '../domains/list-domains.js';
import { setFeature } from '../domains/set-feature.js';
import { domainTexts } from './texts.js';

/** Shows whether the domain's push feature is on, and switches it after a confirmation. */
export function FeatureSwitch({ domain }: { domain: string }): VNode {
  const texts = useTexts(domainTexts);
  const { api } = useSession();
  const [isAsking, setAsking] = useState(false);
  const stored = useRequest(
    async (signal) => ({
      domain: await api.get('/domains/{name}', { path: { name: domain } }, signal).catch(nullWhenUnknown),
    }),
    [domain],
  );
  return (
    <Loaded request={stored}>
      {({ domain: found }) => (
        <div class="card switch">
          <h2>{texts.feature}</h2>
          <FeatureBadge isOn={found?.isPushFeatureEnabled ?? null} />
          <button
            type="button"
            onClick={() => {
              setAsking(true);
            }}
          >
            {found?.isPushFeatureEnabled === true ? texts.switchOff : texts.switchOn}
          </button>
          {isAsking && (
            <ConfirmSwitch
              domain={domain}
              isOn={found?.isPushFeatureEnabled === true}
              onEnd={() => {
                setAsking(false);
                stored.reload();
              }}
            />
          )}
        </div>
      )}
    </Loaded>
  );
}

interface ConfirmSwitchProps {
  readonly domain: string;
  readonly isOn: boolean;
  readonly onEnd: () => void;
}

function ConfirmSwitch({ domain, isOn, onEnd }: ConfirmSwitchProps): VNode {
  const texts = useTexts(domainTexts);
  const { api } = useSession();
  const say = useSay();
  const describe = useProblemText();
  const [isBusy, setBusy] = useState(false);
  const [cancelPending, setCancelPending] = useState(false);
  const change = async (): Promise<void> => {
    setBusy(true);
    try {
      await setFeature(api, domain, !isOn, isOn && cancelPending);
      say(isOn ? texts.switchedOff : texts.switchedOn);
    } catch (error) {
      say(describe(toProblem(error)), true);
    }
    onEnd();
  };
  return (
    <ConfirmDialog
      title={isOn ? texts.confirmOff(domain) : texts.confirmOn(domain)}
      action={isOn ? texts.switchOff : texts.switchOn}
      isBusy={isBusy}
      onConfirm={() => void change()}
      onClose={onEnd}
    >
      <p>{isOn ? texts.confirmOffHint : texts.confirmOnHint}</p>
      {isOn && <CheckField label={texts.cancelPending} isChecked={cancelPending} onChange={setCancelPending} />}
    </ConfirmDialog>
  );
}
