import { findInstallationId, isInstallationId } from '../../core/validation/firebase-installation-id.js';
import { ANY_KEY, BEHAVIOURS, EndpointTokens, hashSite } from './endpoint-tokens.js';
import { InstallationIds } from './installation-ids.js';

describe('InstallationIds', () => {
  const ids = new InstallationIds(new EndpointTokens('seed'));

  it('makes ids of the form that Firebase gives, and reads them', () => {
    for (const [index, behaviour] of [...BEHAVIOURS, ...BEHAVIOURS, ...BEHAVIOURS].entries()) {
      const device = { index: index * 60_000_000, behaviour, site: hashSite('shop.example') };
      const id = ids.create(device);
      expect([isInstallationId(id), findInstallationId(`${id}:APA91b`)]).toEqual([true, id]);
      expect(ids.read(id)).toEqual({ ...device, keyHash: ANY_KEY });
    }
  });

  it('reads nothing else', () => {
    const id = ids.create({ index: 1, behaviour: 'created', site: hashSite('') });
    const other = new InstallationIds(new EndpointTokens('other'));
    expect(other.read(id)).toBeUndefined();
    const altered = id.slice(0, 10) + (id[10] === 'A' ? 'B' : 'A') + id.slice(11);
    for (const each of ['', id.slice(1), `${id}A`, `g${id.slice(1)}`, altered]) expect(ids.read(each)).toBeUndefined();
  });
});
