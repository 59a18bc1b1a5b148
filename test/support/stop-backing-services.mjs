/**
 * Jest's global tear-down: stops what start-backing-services.mjs started and deletes its data, on the first
 * call.
 */
export default async function stopBackingServices() {
  const services = await globalThis.backingServices;
  globalThis.backingServices = undefined;
  await services?.stop();
}
