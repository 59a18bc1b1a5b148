import type { VNode } from 'preact';
import { domainsTexts } from './texts.js';
import { useTexts } from '../../texts/language.js';

/** Whether a domain's push feature is on; null where nothing is set. */
export function FeatureBadge({ isOn }: { isOn: boolean | null }): VNode {
  const texts = useTexts(domainsTexts);
  if (isOn === null) return <span class="badge muted">{texts.unset}</span>;
  return isOn ? <span class="badge good">{texts.on}</span> : <span class="badge warn">{texts.off}</span>;
}
