import type { BrowserContext } from 'playwright-core';
import type { DesktopNotification } from './desktop.js';

export const PICTURE_WIDTH = 1280;
/** The rest of the picture's width is the desktop around the page's window. */
export const PAGE_WIDTH = 1180;

const STYLE = `
  * { box-sizing: border-box; margin: 0; }
  body { width: ${PICTURE_WIDTH}px; font: 15px/1.45 'Liberation Sans', system-ui, sans-serif; color: #1c1917; }
  main { position: relative; padding: 36px 50px 44px; background: linear-gradient(#14532d, #0f766e); }
  .window { overflow: hidden; border-radius: 12px; background: #fff; box-shadow: 0 18px 50px #0007; }
  .bar { display: flex; align-items: center; gap: 8px; padding: 10px 16px; background: #e7e5e4; }
  .bar i { width: 12px; height: 12px; border-radius: 50%; background: #a8a29e; }
  .bar span { margin-left: 12px; padding: 4px 14px; border-radius: 14px; background: #fff; font-size: 13px; color: #57534e; }
  .window img { display: block; width: ${PAGE_WIDTH}px; }
  .notification { position: absolute; top: 62px; right: 24px; width: 372px; padding: 16px 18px; border-radius: 12px;
    border: 1px solid #e7e5e4; background: #fff; box-shadow: 0 14px 44px #0009; }
  .notification h1 { font-size: 16px; }
  .notification p { margin-top: 4px; white-space: pre-line; color: #44403c; }
  .notification div { display: flex; gap: 8px; margin-top: 12px; }
  .notification b { flex: 1; padding: 7px; border-radius: 8px; background: #f5f5f4; font-size: 14px; text-align: center; }
`;

/**
 * A notification is drawn by the visitor's desktop and not by the page, so the picture puts the two together:
 * the page in a window, and over it the notification with the texts that the browser gives to the desktop.
 */
export async function composePicture(
  context: BrowserContext,
  page: { readonly address: string; readonly screenshot: Buffer },
  notification: DesktopNotification,
): Promise<Buffer> {
  const canvas = await context.newPage();
  await canvas.setViewportSize({ width: PICTURE_WIDTH, height: 720 });
  await canvas.setContent(`<style>${STYLE}</style>
    <main>
      <div class="window">
        <div class="bar"><i></i><i></i><i></i><span></span></div>
        <img src="data:image/png;base64,${page.screenshot.toString('base64')}">
      </div>
      <div class="notification"><h1></h1><p></p><div></div></div>
    </main>`);
  await canvas.locator('.bar span').evaluate(setText, page.address);
  await canvas.locator('.notification h1').evaluate(setText, notification.title);
  await canvas.locator('.notification p').evaluate(setText, notification.body.replaceAll(/\n+/g, '\n'));
  await canvas.locator('.notification div').evaluate((element, labels) => {
    element.append(...labels.map((label) => Object.assign(document.createElement('b'), { textContent: label })));
  }, buttonsOf(notification));
  const picture = await canvas.locator('main').screenshot();
  await canvas.close();
  return picture;
}

/** Without the default action, which is the click on the notification itself. */
function buttonsOf({ buttons }: DesktopNotification): string[] {
  return Object.entries(buttons).flatMap(([name, label]) => (name === 'default' ? [] : [label]));
}

/** Runs in the browser. */
function setText(element: Element, text: string): void {
  element.textContent = text;
}
