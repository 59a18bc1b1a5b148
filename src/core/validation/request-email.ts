import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsEmail } from 'class-validator';
import { MAX_LENGTH } from './limits.js';
import { OptionalText, RequiredText } from './request-text.js';

const DOCUMENTATION = { maxLength: MAX_LENGTH.email, example: 'visitor@example.com', format: 'email' } as const;

/** Marks a required e-mail address of a request; spaces around it are left out. */
export function RequiredEmail(): PropertyDecorator {
  return applyDecorators(RequiredText(DOCUMENTATION), Transform(trimmed), IsEmail());
}

/** Marks an optional e-mail address of a request; an empty or blank one is null. */
export function OptionalEmail(): PropertyDecorator {
  return applyDecorators(
    OptionalText(DOCUMENTATION),
    Transform((params: TransformFnParams) => (trimmed(params) === '' ? null : trimmed(params))),
    IsEmail(),
  );
}

function trimmed({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim() : value;
}
