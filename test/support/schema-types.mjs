import openapiTypescript, { astToString } from 'openapi-typescript';

/** Resolves with the declarations of docs/openapi.json, src/console/page/api/schema.d.ts. */
export async function toSchemaTypes() {
  const document = new URL('../../docs/openapi.json', import.meta.url);
  return `/** Generated from docs/openapi.json by \`npm run openapi\`. */\n\n${astToString(await openapiTypescript(document))}`;
}
