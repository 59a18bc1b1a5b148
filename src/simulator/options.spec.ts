import { OptionError, parseOptions } from './options.js';

describe('parseOptions', () => {
  it('prefers the command line to the environment, and both to the defaults', () => {
    const environment = { SIMULATOR_ADMIN_PORT: '2', SIMULATOR_PORT: '3', SIMULATOR_SET: 'deadShare=0.1,outage=hang' };
    expect(parseOptions(['--port=1'], environment)).toMatchObject({
      port: 1,
      adminPort: 2,
      protocols: ['h2', 'http/1.1'],
      settings: ['deadShare=0.1', 'outage=hang'],
    });
    expect(parseOptions(['--set=a=1', '--set=b=2'], environment).settings).toEqual(['a=1', 'b=2']);
  });

  it.each([
    [['--port=65536'], '--port'],
    [['--admin-port=x'], '--admin-port'],
    [['--protocols=h3'], '--protocols'],
    [['--project=A'], '--project'],
    [['--colour=red'], '--colour'],
  ])('refuses %j and names it', (argv, name) => {
    expect(() => parseOptions(argv, {})).toThrow(OptionError);
    expect(() => parseOptions(argv, {})).toThrow(name);
  });
});
