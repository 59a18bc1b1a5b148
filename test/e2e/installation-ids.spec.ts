import { Installation } from '../support/installation.js';
import { CLEAN_UP_MS, type StoredContact } from '../support/test-database.js';

let product: Installation;
let made = 0;

beforeAll(async () => {
  product = await Installation.start('installation-ids');
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
}, CLEAN_UP_MS);

interface Device {
  readonly domain: string;
  readonly fid: string;
  readonly token: string;
}

/** A device of a domain of its own. */
function newDevice(): Device {
  made += 1;
  const fid = `cSH7-abc_DEF012345${String(made).padStart(4, '0')}`;
  return { domain: `${made}.example.com`, fid, token: `${fid}:APA91b-${made}` };
}

async function register(domain: string, deviceToken: string, change: object = {}): Promise<void> {
  const json = { domain, deviceToken, visitorGuid: 'posted', email: 'posted@example.com', ...change };
  expect((await product.ask('POST', '/push-contacts', { json })).status).toBe(200);
}

async function setEmail(deviceToken: string, email: string): Promise<void> {
  await product.ask('PUT', `/push-contacts/${encodeURIComponent(deviceToken)}/email`, { json: email });
}

/** A contact under the device's token, with e-mail and visitor guid. */
async function newContact(deviceToken: string, domain: string): Promise<StoredContact> {
  await register(domain, deviceToken, { email: 'visitor@example.com', visitorGuid: 'visitor' });
  const [contact] = await product.db.contactsOf(domain);
  if (contact === undefined) throw new Error('There is no contact');
  return contact;
}

async function isActive({ domain }: Device, deviceToken: string): Promise<unknown> {
  const path = `/push-contacts/${domain}/device-tokens/${encodeURIComponent(deviceToken)}`;
  return (await product.ask('GET', path)).body;
}

async function sentTo({ domain }: Device): Promise<string[]> {
  const title = `To ${domain} ${Date.now()}`;
  await product.finished(await product.send(domain, { title }));
  return product.tokensSent(title);
}

describe('a contact whose page moves from the token FID:… to the FID', () => {
  it('keeps id, e-mail and visitor guid, and gets nothing twice', async () => {
    const device = newDevice();
    const before = await newContact(device.token, device.domain);

    await register(device.domain, device.fid, { previousDeviceToken: device.token });
    await register(device.domain, device.fid, { previousDeviceToken: device.token });

    const contacts = await product.db.contactsOf(device.domain);
    const now = { modified: expect.any(Date) as unknown, renewed_at: expect.any(Date) as unknown };
    expect(contacts).toEqual([{ ...before, device_token: device.fid, ...now }]);
    expect(await sentTo(device)).toEqual([device.fid]);
    await setEmail(device.fid, 'later@example.com');
    expect((await product.db.contactsOf(device.domain))[0]?.email).toBe('later@example.com');
  });

  it('leaves no other contact of the same installation, which would be sent to as well', async () => {
    const device = newDevice();
    await register(device.domain, `${device.token}-before`);
    await newContact(device.token, device.domain);
    const [, current] = await product.db.contactsOf(device.domain);

    await register(device.domain, device.fid, { previousDeviceToken: device.token });

    expect(await sentTo(device)).toEqual([device.fid]);
    const contacts = await product.db.contactsOf(device.domain);
    expect(contacts.filter(({ deleted }) => !deleted).map(({ _id }) => _id)).toEqual([current?._id]);
  });

  it('is not taken over by who knows the FID alone, and gets nothing twice either', async () => {
    const device = newDevice();
    const before = await newContact(device.token, device.domain);
    const wrong = [undefined, null, '', 'other', device.fid, `${device.fid}:guessed`, `x${device.token}`];

    for (const previousDeviceToken of wrong) await register(device.domain, device.fid, { previousDeviceToken });
    await setEmail(device.fid, 'thief@example.com');
    await product.ask('DELETE', `/push-contacts/${device.fid}`);

    expect(await product.db.contactsOf(device.domain)).toEqual([before]);
    expect(await sentTo(device)).toEqual([device.token]);
    expect([await isActive(device, device.fid), await isActive(device, device.token)]).toEqual([true, true]);
  });

  it('moves at the domain that it is of alone', async () => {
    const device = newDevice();
    const before = await newContact(device.token, device.domain);
    const other = { ...device, domain: `other-${device.domain}` };

    await register(other.domain, device.fid, { previousDeviceToken: device.token });

    expect(await product.db.contactsOf(device.domain)).toEqual([before]);
    expect(await product.db.contactsOf(other.domain)).toMatchObject([{ device_token: device.fid, deleted: false }]);
    // The FID is the other domain's now: the contact goes on under its token.
    await register(device.domain, device.fid, { previousDeviceToken: device.token });
    expect(await product.db.contactsOf(device.domain)).toEqual([before]);
    expect(await sentTo(device)).toEqual([device.token]);
  });

  it.each([true, false])('takes the place of another contact of the FID, inactive: %p', async (isInactive) => {
    const device = newDevice();
    await product.db.addContacts(device.domain, [device.fid, device.token], (token) => ({
      deleted: token === device.fid && isInactive,
      email: `${token.length}@example.com`,
    }));
    const byId = (one: StoredContact, other: StoredContact): number => one._id.localeCompare(other._id);
    const before = (await product.db.contactsOf(device.domain)).sort(byId);

    await register(device.domain, device.fid, { previousDeviceToken: device.token });

    const after = (await product.db.contactsOf(device.domain)).sort(byId);
    const pick = ({ _id, email, device_token: token, deleted }: StoredContact): unknown => [_id, email, token, deleted];
    expect(after.map(pick)).toEqual([
      [before[0]?._id, before[0]?.email, device.token, true],
      [before[1]?._id, before[1]?.email, device.fid, false],
    ]);
    expect(await sentTo(device)).toEqual([device.fid]);
  });

  it('and back, as with an older page of the site, stays the same contact', async () => {
    const device = newDevice();
    const before = await newContact(device.fid, device.domain);

    await register(device.domain, device.token);

    const contacts = await product.db.contactsOf(device.domain);
    const now = { modified: expect.any(Date) as unknown, renewed_at: expect.any(Date) as unknown };
    expect(contacts).toEqual([{ ...before, device_token: device.token, ...now }]);
    expect(await sentTo(device)).toEqual([device.token]);
  });

  it('is moved once by many requests at the same time', async () => {
    const device = newDevice();
    const { _id: id } = await newContact(device.token, device.domain);

    await Promise.all(
      Array.from({ length: 10 }, () => register(device.domain, device.fid, { previousDeviceToken: device.token })),
    );

    expect(await product.db.contactsOf(device.domain)).toMatchObject([{ _id: id, device_token: device.fid }]);
  });

  it('is not moved to a FID that Firebase does not know', async () => {
    const device = newDevice();
    const before = await newContact(device.token, device.domain);
    const json = { domain: device.domain, deviceToken: 'invalid-', previousDeviceToken: device.token };
    expect((await product.ask('POST', '/push-contacts', { json })).status).toBe(400);
    expect(await product.db.contactsOf(device.domain)).toEqual([before]);
  });
});

it('a contact that has left or was pruned is revived by its FID as by any token', async () => {
  const device = newDevice();
  const before = await newContact(device.fid, device.domain);
  await product.ask('DELETE', `/push-contacts/${device.fid}`);
  expect(await isActive(device, device.fid)).toBe(false);
  await register(device.domain, device.fid);
  expect(await product.db.contactsOf(device.domain)).toMatchObject([{ _id: before._id, deleted: false }]);
});

it('a new token FID:… of a device whose token has changed is a new contact, as before', async () => {
  const device = newDevice();
  await newContact(device.token, device.domain);
  await register(device.domain, `${device.token}-changed`);
  expect(await product.db.contactsOf(device.domain)).toHaveLength(2);
});

it('refuses a previousDeviceToken that is too long, by its name', async () => {
  const json = { domain: 'd', deviceToken: 't', previousDeviceToken: 'x'.repeat(4_097) };
  const { status, body } = await product.ask('POST', '/push-contacts', { json });
  expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, ['previousDeviceToken']]);
});
