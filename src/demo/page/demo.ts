import { DOMAIN, enableDomain, fetchReport, keepToken, type Report, sendMessage, takeToken } from './api.js';

const REPORT_EVERY_MS = 1_000;
/** How long the page polls for receipts and clicks of the notification. */
const REPORT_FOR_MS = 300_000;

const HINTS: Readonly<Record<PushScriptStatus, string>> = {
  starting: '',
  unsupported: 'This browser has no Web Push here. On an iPhone the page must be an app on the home screen.',
  disabled: 'The domain’s push feature is off: paste the super-user token on the right.',
  ready: 'The visitor can be asked.',
  asking: 'The soft prompt is in the corner.',
  subscribing: 'Browser, push service and API are asked.',
  refused: 'Refused, and remembered.',
  denied: 'This site’s notifications are blocked in the browser’s settings.',
  subscribed: 'The visitor is a push contact.',
  left: 'The visitor has left.',
  failed: 'The browser’s push service or the API did not answer. Is this browser on the internet?',
};

const LABELS: Readonly<Record<keyof Report, string>> = {
  sent: 'sent',
  delivered: 'delivered',
  notDelivered: 'not delivered',
  received: 'received',
  clicks: 'clicks',
  actionClick: 'action clicks',
};

const tokenField = byId('token') as HTMLInputElement;
let reporting: ReturnType<typeof setInterval> | undefined;

document.addEventListener('pushscript:status', ({ detail }) => {
  showStatus(detail.status, detail.deviceToken);
});
tokenField.addEventListener('change', () => {
  keepToken(tokenField.value);
  void begin();
});
byId('ask').addEventListener('click', () => void window.pushScript?.ask());
byId('leave').addEventListener('click', () => void window.pushScript?.leave());
byId('email-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void giveEmail(readField(new FormData(event.target as HTMLFormElement), 'email'));
});
byId('message-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void send(new FormData(event.target as HTMLFormElement));
});
byId('domain').textContent = DOMAIN;
tokenField.value = takeToken();
void begin();

/** Switches the domain's push feature on, then loads PushScript with the same tag as a customer's page. */
async function begin(): Promise<void> {
  if (tokenField.value !== '' && !(await tryOut(enableDomain))) return;
  if (window.pushScript !== undefined) {
    location.reload();
    return;
  }
  const script = document.createElement('script');
  script.src = '/push-script.js';
  script.dataset.domain = DOMAIN;
  script.dataset.delay = '0';
  document.body.append(script);
}

async function giveEmail(email: string): Promise<void> {
  const isAccepted = await window.pushScript?.setEmail(email);
  byId('email-result').textContent =
    isAccepted === true ? 'The API has it.' : 'Not handed over yet: it is kept until the visitor is a contact.';
}

async function send(form: FormData): Promise<void> {
  await tryOut(async () => {
    const messageId = await sendMessage(toMessage(form));
    say('send-result', `Accepted as ${messageId}`);
    watchReport(messageId);
  });
}

function toMessage(form: FormData): object {
  const optional = (name: string): string | null => readField(form, name) || null;
  const actionTitle = optional('actionTitle');
  const actions = [{ action: 'action1', title: actionTitle, icon: null, link: optional('actionLink') }];
  return {
    title: readField(form, 'title'),
    body: readField(form, 'body'),
    onClickLink: optional('onClickLink'),
    imageUrl: optional('imageUrl'),
    iconUrl: optional('iconUrl'),
    preferLargeImage: true,
    ...(actionTitle !== null && { actions }),
  };
}

function watchReport(messageId: string): void {
  clearInterval(reporting);
  const until = Date.now() + REPORT_FOR_MS;
  reporting = setInterval(() => {
    if (Date.now() > until) clearInterval(reporting);
    void tryOut(async () => {
      showReport(await fetchReport(messageId));
    });
  }, REPORT_EVERY_MS);
}

function showReport(report: Report): void {
  const items = Object.entries(LABELS).map(([name, label]) => {
    const item = document.createElement('li');
    const number = document.createElement('b');
    number.textContent = String(report[name as keyof Report] ?? 0);
    item.append(number, label);
    return item;
  });
  const list = byId('report');
  list.replaceChildren(...items);
  list.hidden = false;
}

function showStatus(status: PushScriptStatus, deviceToken: string | null): void {
  const element = byId('status');
  element.textContent = status;
  element.dataset.status = status;
  byId('status-hint').textContent = HINTS[status];
  byId('device-token').textContent = deviceToken ?? '–';
  byId('visitor-guid').textContent = window.pushScript?.visitorGuid ?? '–';
}

/** Resolves with false when `act` fails, and shows the reason. */
async function tryOut(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    say('send-result', error instanceof Error ? error.message : String(error), true);
    return false;
  }
}

function say(id: string, text: string, isBad = false): void {
  const element = byId(id);
  element.textContent = text;
  element.classList.toggle('bad', isBad);
}

function readField(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element ${id}`);
  return element;
}
