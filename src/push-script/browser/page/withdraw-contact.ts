import { tellWithdrawn } from '../leaving.js';
import { isInForeignFrame } from './foreign-frame.js';

/** Tells the API that the browser has withdrawn the permission, unless it only hides it from a frame. */
export async function withdrawContact(scope: string): Promise<void> {
  if (!isInForeignFrame()) await tellWithdrawn(scope);
}
