import { Injectable } from '@nestjs/common';
import { DomainsReader, type PushConfiguration } from '../../domain-configuration/domains.reader.js';

/** A change of a domain is noticed within this time. */
const KEEP_MS = 5_000;

/** Domains that are remembered at once; of more, the earliest is forgotten. */
const MAX_DOMAINS = 10_000;

interface Known {
  readonly configuration: Promise<PushConfiguration | undefined>;
  readonly readAt: number;
}

/** Remembers the configuration of domains for a few seconds: each registration asks for one. */
@Injectable()
export class KnownDomains {
  private readonly known = new Map<string, Known>();

  constructor(private readonly domains: DomainsReader) {}

  /** As `DomainsReader.find`, up to 5 s old. */
  find(name: string): Promise<PushConfiguration | undefined> {
    const known = this.known.get(name);
    if (known !== undefined && performance.now() - known.readAt < KEEP_MS) return known.configuration;
    const configuration = this.domains.find(name);
    this.known.delete(name);
    this.known.set(name, { configuration, readAt: performance.now() });
    this.forgetEarliest();
    // What could not be read is read again, unless a later call has done so already.
    configuration.catch(() => {
      if (this.known.get(name)?.configuration === configuration) this.known.delete(name);
    });
    return configuration;
  }

  private forgetEarliest(): void {
    const [earliest] = this.known.keys();
    if (this.known.size > MAX_DOMAINS && earliest !== undefined) this.known.delete(earliest);
  }
}
