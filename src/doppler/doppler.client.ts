import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import type { DopplerVisitor } from './doppler-visitors.repository.js';

const PATH = '/Lists/InternalSubscriber/SaveVisitorWithEmail';
const TIMEOUT_MS = 15_000;

/** Client of Doppler's HTTP interface. */
@Injectable()
export class DopplerClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: Config,
  ) {}

  /**
   * Resolves with whether Doppler accepted the visitor; false also when it is unreachable or not configured.
   */
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
