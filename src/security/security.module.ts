import { Module } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { PublicKeyFolder } from './public-key-folder.js';
import { TokensService } from './tokens.service.js';

@Module({
  providers: [
    {
      provide: PublicKeyFolder,
      useFactory: (config: Config) => PublicKeyFolder.open(config.jwtPublicKeysDir),
      inject: [Config],
    },
    TokensService,
  ],
  exports: [TokensService, PublicKeyFolder],
})
export class SecurityModule {}
