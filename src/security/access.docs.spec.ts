import { readFileSync } from 'node:fs';
import { SCOPES } from './caller.js';
import { DOMAIN_SOURCES, type DomainSource } from './route-access.js';

interface Operation {
  readonly security?: readonly object[];
  readonly 'x-required-scope'?: string;
  readonly 'x-domain-from'?: DomainSource;
  readonly 'x-any-token'?: boolean;
}

const DOMAINS: Readonly<Record<DomainSource, string>> = {
  'path.domain': '`domain` of the path',
  'path.name': '`name` of the path',
  'path.messageId': "the message's",
  'path.deviceToken': "the contact's",
  'query.domain': '`domain` of the query',
  'body.domain': '`domain` of the body',
};

const page = readFileSync('docs/access.md', 'utf8');
const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** The routes of OpenAPI, each with the domain where it has a scope. */
function describedFor(access: string): string[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  return operations
    .filter(({ operation }) => toAccess(operation) === access)
    .map(({ name, operation }) => [name, DOMAINS[operation['x-domain-from'] ?? 'path.domain']] as const)
    .map(([name, domain]) => (SCOPES.some((scope) => scope === access) ? `${name}: ${domain}` : name))
    .sort();
}

function toAccess(operation: Operation): string {
  if (operation.security === undefined) return 'anybody';
  if (operation['x-any-token'] === true) return 'any valid token';
  return operation['x-required-scope'] ?? 'super users alone';
}

/** The routes in the section of this title. */
function documentedFor(title: string): string[] {
  const section = page
    .split(/^### /m)
    .find((text) => text.split('\n', 1)[0]?.replaceAll('`', '').toLowerCase() === title);
  const rows = [...(section ?? '').matchAll(/^(?:- |\| )`([A-Z]+ \/[^`]*)`(?: +\| (.*?) +\|)?$/gm)];
  return rows.map(([, route = '', domain]) => (domain === undefined ? route : `${route}: ${domain}`)).sort();
}

describe('docs/access.md', () => {
  it.each([...SCOPES, 'super users alone', 'any valid token', 'anybody'])(
    'lists every route for %s, and no other',
    (access) => {
      expect(documentedFor(access)).toEqual(describedFor(access));
      expect(documentedFor(access).length).toBeGreaterThan(0);
    },
  );

  it('names every scope in the table of claims', () => {
    for (const scope of SCOPES) expect(/^\| `scope` .*$/m.exec(page)?.[0]).toContain(`\`${scope}\``);
  });

  it('has words for every source of a domain', () => {
    expect(Object.keys(DOMAINS).sort()).toEqual([...DOMAIN_SOURCES].sort());
  });
});
