import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { AppError } from '../errors/errors.js';

interface StreamLimits {
  /** Streams that are open at once in this process. */
  readonly max: number;
  /** After it a stream is broken off. */
  readonly maxMs: number;
}

/**
 * Limits responses that are written while their source is read: each holds memory and a part of its source.
 */
export class LimitedStreams {
  private open = 0;

  constructor(private readonly limits: StreamLimits) {}

  /**
   * Opens a response of this media type with the texts of `source`, which is asked only while there is
   * room. Throws `too_many_streams`, and what `source` throws.
   */
  async respond(type: string, source: () => Promise<AsyncIterable<string>>): Promise<StreamableFile> {
    if (this.open >= this.limits.max) {
      throw new AppError('too_many_streams', 'Too many responses are being streamed; try again.');
    }
    this.open += 1;
    try {
      return new StreamableFile(this.limit(await source()), { type });
    } catch (error) {
      this.open -= 1;
      throw error;
    }
  }

  private limit(texts: AsyncIterable<string>): Readable {
    const stream = Readable.from(texts, { objectMode: false });
    const timer = setTimeout(() => stream.destroy(), this.limits.maxMs);
    timer.unref();
    stream.once('close', () => {
      clearTimeout(timer);
      this.open -= 1;
    });
    return stream;
  }
}
