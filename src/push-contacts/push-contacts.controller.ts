import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, type StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { streamJsonArray } from '../core/http/json-array.js';
import { CHANGES_WITH_RECORD } from '../core/http/route-change.js';
import { LIMITED_AS_REGISTRATION } from '../core/http/route-limit.js';
import { BareStringPipe } from '../core/http/request.pipe.js';
import { AcceptsStrictHandling } from '../core/http/strict-handling.js';
import { Access } from '../security/access.js';
import { Anonymous } from '../security/route-access.js';
import {
  ContactResponse,
  ContactsQuery,
  DeviceTokenParams,
  EmailBody,
  NewSubscriptionRequest,
  RegisterContactRequest,
  VisitorGuidBody,
} from './push-contacts.dto.js';
import { toContactResponses } from './contact-responses.js';
import { ContactIdentityService } from './contact-identity.service.js';
import { PushContactsService } from './push-contacts.service.js';
import { RegistrationService } from './registration/registration.service.js';
import { SubscriptionsService } from './subscriptions.service.js';

@ApiTags('Push contacts')
@Controller('push-contacts')
export class PushContactsController {
  constructor(
    private readonly pushContacts: PushContactsService,
    private readonly registration: RegistrationService,
    private readonly subscriptions: SubscriptionsService,
    private readonly identity: ContactIdentityService,
  ) {}

  @Post()
  @Anonymous(LIMITED_AS_REGISTRATION)
  @HttpCode(200)
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'Register a push contact' })
  @ApiOkResponse({ description: 'Registered, or known already' })
  @ApiProblem('validation_failed', 'malformed_json', 'contact_not_deliverable', 'payload_too_large')
  @ApiProblem('unsupported_media_type', 'push_api_unavailable', 'database_unavailable')
  @ApiProblem('registration_refused', 'origin_refused', 'too_many_requests', 'registration_quota_reached')
  @ApiProblem('subscription_auth_mismatch')
  registerContact(
    @Body() contact: RegisterContactRequest,
    @Headers('origin') origin: string | undefined,
  ): Promise<void> {
    return this.registration.register(contact, origin);
  }

  @Put(':deviceToken/email')
  @Anonymous()
  @ApiOperation({ summary: "Set a contact's e-mail" })
  @ApiBody({ schema: { type: 'string', format: 'email', example: 'visitor@example.com' } })
  @ApiOkResponse({ description: 'Set, or the token is unknown' })
  @ApiProblem('validation_failed', 'malformed_json', 'unsupported_media_type', 'database_unavailable')
  setEmail(
    @Param() { deviceToken }: DeviceTokenParams,
    @Body(new BareStringPipe(EmailBody, 'email')) email: string,
  ): Promise<void> {
    return this.identity.setEmail(deviceToken, email);
  }

  @Put(':deviceToken/subscription')
  @Anonymous()
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'Give a contact the new subscription of its browser' })
  @ApiOkResponse({ description: 'Set' })
  @ApiProblem('validation_failed', 'malformed_json', 'resource_not_found', 'payload_too_large')
  @ApiProblem('unsupported_media_type', 'database_unavailable', 'subscription_auth_mismatch')
  setSubscription(
    @Param() { deviceToken }: DeviceTokenParams,
    @Body() subscription: NewSubscriptionRequest,
  ): Promise<void> {
    return this.subscriptions.replace(deviceToken, subscription);
  }

  @Put(':deviceToken/visitor-guid')
  @Access({ scope: 'contacts', domain: 'path.deviceToken' }, CHANGES_WITH_RECORD)
  @ApiOperation({ summary: "Set a contact's visitor guid" })
  @ApiBody({ schema: { type: 'string', example: '3f1f1f9a-9f0b-4e64-a6f4-6b8f2c9d1e10' } })
  @ApiOkResponse({ description: 'Set, or the token is unknown' })
  @ApiProblem('validation_failed', 'malformed_json', 'unsupported_media_type', 'database_unavailable')
  setVisitorGuid(
    @Param() { deviceToken }: DeviceTokenParams,
    @Body(new BareStringPipe(VisitorGuidBody, 'visitorGuid')) visitorGuid: string,
  ): Promise<void> {
    return this.identity.setVisitorGuid(deviceToken, visitorGuid);
  }

  @Get()
  @Access({ scope: 'contacts', domain: 'query.domain' })
  @ApiOperation({ summary: "List a domain's active contacts" })
  @ApiOkResponse({ description: 'The contacts, streamed', type: ContactResponse, isArray: true })
  @ApiProblem('validation_failed', 'database_unavailable', 'too_many_streams')
  findContacts(@Query() query: ContactsQuery): Promise<StreamableFile> {
    return streamJsonArray(async () => toContactResponses(await this.pushContacts.find(query)));
  }
}
