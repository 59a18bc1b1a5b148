import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import type { Draft } from './draft.js';
import {
  divideText,
  fillPlaceholders,
  type Platform,
  PLATFORMS,
  type ShownText,
  type TextLimit,
} from './shown-text.js';
import { composeTexts } from './texts.js';

interface PreviewsProps {
  readonly domain: string;
  readonly draft: Draft;
}

/** The draft as browsers show it when it arrives, with what is cut below each. */
export function Previews({ domain, draft }: PreviewsProps): VNode {
  const texts = useTexts(composeTexts).previews;
  return (
    <section class="card" aria-labelledby="compose-previews">
      <h2 id="compose-previews">{texts.heading}</h2>
      <p class="muted">{texts.lead}</p>
      <div class="shown-all">
        {PLATFORMS.map((platform) => (
          <PlatformPreview key={platform.name} platform={platform} domain={domain} draft={draft} />
        ))}
      </div>
    </section>
  );
}

function PlatformPreview({ platform, domain, draft }: PreviewsProps & { readonly platform: Platform }): VNode {
  const texts = useTexts(composeTexts).previews;
  const title = divideText(fillPlaceholders(draft.title, draft.fields) || texts.noTitle, platform.title);
  const body = divideText(fillPlaceholders(draft.body, draft.fields) || texts.noBody, platform.body);
  const { image, icon } = choosePictures(draft);
  const actions = draft.actions.slice(0, platform.actions);
  return (
    <figure class="shown-figure">
      <figcaption>{texts.platforms[platform.name]}</figcaption>
      <div
        class={`shown shown-${platform.name}`}
        dir={draft.direction === 'ltr' || draft.direction === 'rtl' ? draft.direction : 'auto'}
        lang={draft.language || undefined}
      >
        <p class="shown-source">
          {platform.badge && draft.badgeUrl !== '' && <Picture url={draft.badgeUrl} kind="badge" />}
          {texts.sources[platform.name]} · {domain}
        </p>
        {platform.icon ? icon !== '' && <Picture url={icon} kind="icon" /> : <span class="shown-icon shown-own" />}
        <p class="shown-title">{ended(title)}</p>
        <p class="shown-body">{ended(body)}</p>
        {platform.image && image !== '' && <Picture url={image} kind="image" />}
        {actions.length > 0 && (
          <p class="shown-actions">
            {actions.map((action, at) => (
              <span key={at}>{action.title || `title${at + 1}`}</span>
            ))}
          </p>
        )}
      </div>
      <Missing platform={platform} draft={draft} title={title} body={body} />
    </figure>
  );
}

interface MissingProps {
  readonly platform: Platform;
  readonly draft: Draft;
  readonly title: ShownText;
  readonly body: ShownText;
}

/** What of the message this browser does not show. */
function Missing({ platform, draft, title, body }: MissingProps): VNode {
  const texts = useTexts(composeTexts).previews;
  const { image, icon } = choosePictures(draft);
  const unseen = [
    ...(!platform.image && image !== '' ? [texts.noImage] : []),
    ...(!platform.icon && icon !== '' ? [texts.ownIcon] : []),
    ...(draft.actions.length > platform.actions ? [texts.noActions(platform.actions)] : []),
  ];
  return (
    <div class="shown-missing">
      {title.cut !== '' && <Cut label={texts.cutTitle} text={title.cut} />}
      {body.cut !== '' && (
        <Cut label={platform.name === 'chromeAndroid' ? texts.cutUntilExpanded : texts.cutBody} text={body.cut} />
      )}
      {unseen.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {title.cut === '' && body.cut === '' && unseen.length === 0 && <p>{texts.nothingCut}</p>}
    </div>
  );
}

/** More of a cut text would hide the other previews. */
const MAX_CUT_SHOWN: TextLimit = { lines: 4, characters: 160 };

function Cut({ label, text }: { readonly label: string; readonly text: string }): VNode {
  const { more } = useTexts(composeTexts).previews;
  const format = useFormat();
  const { shown, cut } = divideText(text, MAX_CUT_SHOWN);
  return (
    <p>
      {label} <mark>{shown}</mark>
      {cut !== '' && ` ${more(format.number(cut.length))}`}
    </p>
  );
}

/** An image of the message; a frame in its place while there is none, and where it cannot be loaded. */
function Picture({ url, kind }: { readonly url: string; readonly kind: 'icon' | 'image' | 'badge' }): VNode {
  const [failed, setFailed] = useState('');
  if (!url.startsWith('https://') || failed === url) return <span class={`shown-${kind}`} />;
  return (
    <img
      class={`shown-${kind}`}
      src={url}
      alt=""
      referrerpolicy="no-referrer"
      onError={() => {
        setFailed(url);
      }}
    />
  );
}

/** Without `preferLargeImage`, the image is sent as the icon. */
function choosePictures({ imageUrl, iconUrl, preferLargeImage }: Draft): { image: string; icon: string } {
  return preferLargeImage || imageUrl === '' ? { image: imageUrl, icon: iconUrl } : { image: '', icon: imageUrl };
}

function ended({ shown, cut }: ShownText): string {
  return cut === '' ? shown : `${shown.trimEnd()}…`;
}
