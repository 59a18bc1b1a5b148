import { IGNORES_BODY } from '../core/http/streamed-body.js';
import { Controller, Get, Header, HttpCode, Param, Post, Query, Redirect, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { IsVisit } from '../core/http/is-visit.js';
import { EXPOSES_NO_HEADERS } from '../core/http/exposed-headers.js';
import { DESCRIBES_NO_LIMIT } from '../core/http/route-limit.js';
import { Anonymous } from '../security/route-access.js';
import { EventType } from './events.schema.js';
import type { LinkQuery } from './link-query.js';
import { OpenService } from './open.service.js';
import { ActionParams, ApiTrackingLink, OpenQuery } from './tracking.dto.js';
import type { TrackingLink } from './tracking-link.reader.js';
import { TrackingService } from './tracking.service.js';

const COUNTED = { description: 'Counted, where the contact is one of the message’s domain' };

/** A service worker reads nothing of the response, so it has no more headers than it needs. */
const REPORT = { ...IGNORES_BODY, ...DESCRIBES_NO_LIMIT, ...EXPOSES_NO_HEADERS };

/**
 * Parts of a request as they are: only `TrackingLinkReader` checks a link, and pipes would cost these routes,
 * which are the busiest, more than their own work.
 */
interface LinkRequest {
  readonly params: TrackingLink;
  readonly query: LinkQuery;
}

interface Redirection {
  readonly statusCode: number;
  readonly url: string;
}

/** The routes ignore the body: existing service workers send various content types and bodies. */
@ApiTags('Tracking')
@Controller('push-contacts/:encryptedContactId/messages/:encryptedMessageId')
export class TrackingController {
  constructor(
    private readonly tracking: TrackingService,
    private readonly opening: OpenService,
  ) {}

  @Post('clicked')
  @HttpCode(202)
  @Anonymous(REPORT)
  @ApiOperation({ summary: 'A visitor has clicked a notification' })
  @ApiTrackingLink()
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'database_unavailable')
  recordClick(@Req() { params, query }: LinkRequest): Promise<void> {
    return this.tracking.track(EventType.Clicked, params, query);
  }

  @Post('received')
  @HttpCode(202)
  @Anonymous(REPORT)
  @ApiOperation({ summary: 'A visitor’s browser has received a notification' })
  @ApiTrackingLink()
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'database_unavailable')
  recordReceipt(@Req() { params, query }: LinkRequest): Promise<void> {
    return this.tracking.track(EventType.Received, params, query);
  }

  @Post('dismissed')
  @HttpCode(202)
  @Anonymous(REPORT)
  @ApiOperation({ summary: 'A visitor has closed a notification without a click' })
  @ApiTrackingLink()
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'database_unavailable')
  recordDismissal(@Req() { params, query }: LinkRequest): Promise<void> {
    return this.tracking.track(EventType.Dismissed, params, query);
  }

  @Get('open')
  @Anonymous()
  @Redirect()
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @ApiOperation({ summary: 'A visitor opens the link of a notification, in a browser that does so without our worker' })
  @ApiTrackingLink()
  @ApiFoundResponse({
    description:
      'To the link of the message or action, else to the site; a GET is counted as click while the link has not ended',
  })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  async open(
    @Param() link: TrackingLink,
    @Query() { action, fields }: OpenQuery,
    @Query() signature: LinkQuery,
    @IsVisit() isVisit: boolean,
  ): Promise<Redirection> {
    return { statusCode: 302, url: await this.opening.open(link, { action, fields, signature }, isVisit) };
  }

  @Post('actionClick/:actionName')
  @HttpCode(202)
  @Anonymous(REPORT)
  @ApiOperation({ summary: 'A visitor has clicked an action of a notification' })
  @ApiTrackingLink()
  @ApiAcceptedResponse(COUNTED)
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  recordActionClick(
    @Param() { actionName }: ActionParams,
    @Param() link: TrackingLink,
    @Query() query: LinkQuery,
  ): Promise<void> {
    return this.tracking.trackAction(actionName, link, query);
  }
}
