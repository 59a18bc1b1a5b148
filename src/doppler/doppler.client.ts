import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config.js';
import type { DopplerVisitor } from './doppler-visitors.repository.js';

const PATH = '/Lists/InternalSubscriber/SaveVisitorWithEmail';
const TIMEOUT_MS = 15_000;

/** Our side of Doppler's HTTP contract. */
@Injectable()
export class DopplerClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: Config,
  ) {}

  /** Whether Doppler accepted the visitor; false also when it did not answer or is not configured. */
  async save({ domain, visitorGuid, email }: DopplerVisitor): Promise<boolean> {
    const { doppler } = this.config;
    if (doppler === undefined) return false;
    const body = { Domain: domain, VisitorGuid: visitorGuid, Email: email };
    const headers = doppler.internalToken === undefined ? {} : { 'X-Internal-Token': doppler.internalToken };
    try {
      await this.http.axiosRef.post(`${doppler.server}${PATH}`, body, {
        headers,
        maxRedirects: 0,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return true;
    } catch {
      return false;
    }
  }
}
