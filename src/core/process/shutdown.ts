import { Injectable } from '@nestjs/common';

/** Tells work that takes long that this process is to end. */
@Injectable()
export class Shutdown {
  private readonly ending = new AbortController();

  /** Aborted from the signal on: what is in progress ends, and nothing new begins. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  begin(): void {
    this.ending.abort();
  }
}
