import 'reflect-metadata';
import { Controller, Get, Logger, Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from '../core/http/http-app.js';
import { Access, AnyToken, SuperUser } from './access.js';
import { guardRoutes } from './guard-routes.js';
import { Anonymous } from './route-access.js';
import type { TokensService } from './tokens.service.js';

@Controller('declared')
class DeclaredController {
  @Get('anonymous')
  @Anonymous()
  getAnonymous(): string {
    return 'anonymous';
  }

  @Get('any-token')
  @AnyToken()
  getAnyToken(): string {
    return 'any token';
  }

  @Get('super-user')
  @SuperUser()
  getSuperUser(): string {
    return 'super user';
  }
}

@Controller('scoped')
class ScopedController {
  @Get(':domain')
  @Access({ scope: 'reports', domain: 'path.domain' })
  getScoped(): string {
    return 'scoped';
  }
}

@Controller('forgotten')
class ForgottenController {
  @Get(':domain')
  getForgotten(): string {
    return 'forgotten';
  }
}

@Module({})
class AppModule {}

const TOKENS = {
  verify: () => Promise.resolve({ isSuperUser: false, domains: new Set(), scopes: new Set() }),
} as unknown as TokensService;

const LOOKUPS = { ofMessage: () => Promise.resolve(undefined), ofContact: () => Promise.resolve(undefined) };

/** Starts an app of controllers; closes it afterwards, also when it does not start. */
async function withApp(
  controllers: Type[],
  options: Parameters<typeof guardRoutes>[2],
  use: (app: NestFastifyApplication) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const app = await createHttpApp({ module: AppModule, controllers });
  try {
    guardRoutes(app.getHttpAdapter().getInstance(), TOKENS, options);
    app.enableCors({ origin: '*' });
    await app.listen(0, '127.0.0.1');
    await use(app);
  } finally {
    await app.close();
  }
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('guardRoutes', () => {
  it('lets an app start whose routes all declare their access', async () => {
    await withApp([DeclaredController, ScopedController], { lookups: LOOKUPS }, async (app) => {
      const statusOf = async (path: string): Promise<number> => (await fetch((await app.getUrl()) + path)).status;
      expect(await statusOf('/declared/anonymous')).toBe(200);
      expect(await statusOf('/declared/any-token')).toBe(200);
      expect(await statusOf('/declared/super-user')).toBe(403);
      expect(await statusOf('/scoped/a.com')).toBe(403);
    });
  });

  it('ends the start of an app with a route that declares nothing, and names it', async () => {
    const starting = withApp([DeclaredController, ForgottenController], {});
    await expect(starting).rejects.toThrow(/declare their access: GET \/forgotten\/:domain/);
  });

  it('asks routes of a library for no declaration, but those beside it', async () => {
    await withApp([ForgottenController], { libraryPath: '/forgotten' });
    await expect(withApp([ForgottenController], { libraryPath: '/forgot' })).rejects.toThrow('/forgotten/:domain');
  });

  it('refuses a route for scoped tokens in an app that cannot look up domains', async () => {
    await expect(withApp([ScopedController], {})).rejects.toThrow('this app has no routes for scoped tokens');
  });
});
