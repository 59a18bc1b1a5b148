import { Settings, SettingsError } from './settings.js';

describe('Settings', () => {
  it('changes one service, or all', () => {
    const settings = new Settings();
    settings.change({ deadShare: 0.1 }, 'apple');
    settings.changeFromText('latencyMedianMs=80');
    settings.changeFromText('fcm.outage=hang');
    settings.changeFromText('connections.maxConcurrentStreams=7');
    expect(settings.of('apple')).toMatchObject({ deadShare: 0.1, latencyMedianMs: 80, outage: 'none' });
    expect(settings.of('fcm')).toMatchObject({ deadShare: 0, latencyMedianMs: 80, outage: 'hang' });
    expect(settings.connections.maxConcurrentStreams).toBe(7);
  });

  it.each([
    ['deadShare=1.1', /deadShare must be a number from 0 to 1/],
    ['deadShare=', /deadShare must be/],
    ['rateLimitPerMinute=1.5', /rateLimitPerMinute must be a whole number/],
    ['deadStatus=403', /deadStatus must be one of 404, 410/],
    ['resetAfterAccepting=yes', /resetAfterAccepting must be true or false/],
    ['constructor=1', /constructor is no setting/],
    ['maxConcurrentStreams=1', /maxConcurrentStreams is no setting/],
    ['nokia.deadShare=1', /nokia is no service/],
    ['deadShare', /must be name=value/],
  ])('refuses %s and names it', (text, message) => {
    const settings = new Settings();
    const before = JSON.stringify(settings.all());
    expect(() => {
      settings.changeFromText(text);
    }).toThrow(message);
    expect(JSON.stringify(settings.all())).toBe(before);
  });

  it('changes nothing when one of several values is wrong', () => {
    const settings = new Settings();
    expect(() => {
      settings.change({ deadShare: 0.5, outageShare: 2 }, undefined);
    }).toThrow(SettingsError);
    expect(settings.of('fcm').deadShare).toBe(0);
  });
});
