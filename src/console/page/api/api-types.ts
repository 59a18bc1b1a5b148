import type { components, paths } from './schema.js';

type Method = 'get' | 'post' | 'put' | 'delete';

/** The paths that have an operation with this method. */
export type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

type Json<R> = R extends { content: { 'application/json': infer B } } ? B : undefined;

/** The body of the successful response. */
export type ResponseOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202>]> : never;

type Path<O> = O extends { parameters: { path: infer V } } ? { readonly path: V } : object;
type Query<O> = O extends { parameters: { query?: infer V } } ? { readonly query?: V } : object;
type Body<O> = O extends { requestBody: { content: { 'application/json': infer V } } } ? { readonly body: V } : object;

/** What a call needs: the variables of the path, the query, the body. */
export type RequestOf<P extends keyof paths, M extends Method> = Path<Operation<P, M>> &
  Query<Operation<P, M>> &
  Body<Operation<P, M>>;

/** A schema of the API's description by its name, for example `Schema<'DomainAnswer'>`. */
export type Schema<N extends keyof components['schemas']> = components['schemas'][N];
