import 'reflect-metadata';
import { currentCallRecord } from '../core/mongo/call-record.js';

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Lets a handler begin once the record of its call is stored, unless it is written with the change. Not a
 * hook of the route, nor an interceptor: those run before Nest validates the arguments, and a call that is
 * refused then needs no record of a change.
 */
export function RecordedBeforeChange(): MethodDecorator {
  return (_target, _name, descriptor) => {
    const method: PropertyDescriptor = descriptor;
    const handler = method.value as Handler;
    const recorded: Handler = function (...args) {
      const record = currentCallRecord();
      if (record === undefined) return handler.apply(this, args);
      return record.beforeChange().then(() => handler.apply(this, args));
    };
    // Decorators below this one have described the handler, by metadata of the function itself.
    for (const key of Reflect.getMetadataKeys(handler) as unknown[]) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), recorded);
    }
    // OpenAPI names operations by it.
    Object.defineProperty(recorded, 'name', { value: handler.name });
    method.value = recorded;
  };
}
