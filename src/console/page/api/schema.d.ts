/** Generated from docs/openapi.json by `npm run openapi`. */

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this process is running */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this process can do its work; names each dependency */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a domain's active contacts
         * @description For super users, and tokens with the scope `contacts` for the domain in `domain` of the query.
         */
        get: operations["findContacts"];
        put?: never;
        /** Register a push contact */
        post: operations["registerContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{deviceToken}/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set a contact's e-mail */
        put: operations["setEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{deviceToken}/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give a contact the new subscription of its browser */
        put: operations["setSubscription"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{deviceToken}/visitor-guid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a contact's visitor guid
         * @description For super users, and tokens with the scope `contacts` for the domain of the contact.
         */
        put: operations["setVisitorGuid"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/visitor-guids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the visitors of a domain's active contacts, each once, page after page by cursor
         * @description For super users, and tokens with the scope `contacts` for the domain in `domain` of the query.
         */
        get: operations["listDistinctVisitorGuids"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the domains that have contacts, by name, with how many
         * @description For super users alone.
         */
        get: operations["listDomains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{domain}/visitor-guids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the visitor guids of a domain's active contacts, by offset; an older form
         * @deprecated
         * @description For super users, and tokens with the scope `contacts` for the domain in `domain` of the path.
         */
        get: operations["listVisitorGuids"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{domain}/device-tokens/{deviceToken}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a device token is of an active contact of the domain; PushScript asks once a day */
        get: operations["isActiveDeviceToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{domain}/{visitorGuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a visitor has an active contact of the domain */
        get: operations["hasActiveContact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{deviceToken}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** A visitor leaves; nothing is sent to the contact until it is registered again */
        delete: operations["unsubscribe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the domains by name, with how many contacts each has
         * @description For super users alone.
         */
        get: operations["listAllDomains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a domain
         * @description For super users, and tokens with the scope `manage` for the domain in `name` of the path.
         */
        get: operations["getDomain"];
        /**
         * Switch a domain's push feature on or off
         * @description For super users, and tokens with the scope `manage` for the domain in `name` of the path.
         */
        put: operations["putDomain"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/isPushFeatureEnabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a domain's push feature is on */
        get: operations["isPushFeatureEnabled"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/push-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a visitor’s browser needs to know of a domain */
        get: operations["getPushConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many contacts a domain has
         * @description For super users, and tokens with the scope `reports` for the domain in `name` of the path.
         */
        get: operations["getContactsStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/vapid-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many active contacts of a domain were subscribed with each VAPID key
         * @description For super users, and tokens with the scope `manage` for the domain in `name` of the path.
         */
        get: operations["countVapidKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/domains/{domain}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message to all contacts of a domain
         * @description For super users, and tokens with the scope `send` for the domain in `domain` of the path.
         */
        post: operations["sendToDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{domain}/message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message to all contacts of a domain
         * @description For super users, and tokens with the scope `send` for the domain in `domain` of the path.
         */
        post: operations["sendToDomainAlias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store a message that is sent to visitors later
         * @description For super users, and tokens with the scope `send` for the domain in `domain` of the body.
         */
        post: operations["storeMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/visitors/{visitorGuid}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a stored message to a visitor
         * @description For super users, and tokens with the scope `send` for the domain of the message.
         */
        post: operations["sendToVisitor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/visitors/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a stored message to a list of visitors, up to hundreds of thousands
         * @description For super users, and tokens with the scope `send` for the domain of the message.
         */
        post: operations["sendToVisitors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/message/{messageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a stored message to a visitor (older form)
         * @deprecated
         * @description For super users, and tokens with the scope `send` for the domain of the message.
         */
        post: operations["sendToVisitorByBody"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{domain}/{visitorGuid}/message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store a message and send it to a visitor's contacts of a domain
         * @description For super users, and tokens with the scope `send` for the domain in `domain` of the path.
         */
        post: operations["sendToVisitorNow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the sending of a message has come, once or, as text/event-stream, until its end
         * @description For super users, and tokens with the scope `reports` for the domain of the message.
         */
        get: operations["getProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/delivery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel what is still pending of a message; what is sent stays sent
         * @description For super users, and tokens with the scope `send` for the domain of the message.
         */
        delete: operations["cancelDelivery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/prune-breaker": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether contacts of a domain that are gone are pruned, and if not, why
         * @description For super users, and tokens with the scope `manage` for the domain in `name` of the path.
         */
        get: operations["getPruneBreaker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/prune-breaker/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let contacts of a domain that are gone be pruned again
         * @description For super users, and tokens with the scope `manage` for the domain in `name` of the path.
         */
        post: operations["releasePruneBreaker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{encryptedContactId}/messages/{encryptedMessageId}/clicked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A visitor has clicked a notification */
        post: operations["recordClick"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{encryptedContactId}/messages/{encryptedMessageId}/received": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A visitor’s browser has received a notification */
        post: operations["recordReceipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{encryptedContactId}/messages/{encryptedMessageId}/dismissed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A visitor has closed a notification without a click */
        post: operations["recordDismissal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{encryptedContactId}/messages/{encryptedMessageId}/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A visitor opens the link of a notification, in a browser that does so without our worker */
        get: operations["open"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{encryptedContactId}/messages/{encryptedMessageId}/actionClick/{actionName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A visitor has clicked an action of a notification */
        post: operations["recordActionClick"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/{domain}/messages/{messageId}/details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message's own counters, whatever the dates; an older form
         * @deprecated
         * @description Zeros for a message that is unknown. Clicks on actions are not in it: actionClick is 0.
         *
         *     For super users, and tokens with the scope `reports` for the domain in `domain` of the path.
         */
        get: operations["getMessageDetails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{domain}/messages/{messageId}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a message brought about in a period
         * @description Summed from the hours that begin in the period. When `from` lies before the days for which hours are kept (MESSAGE_STATS_RETENTION_DAYS), it is what the message brought about in all, if it was inserted in the period; actionClick is then 0. Zeros for a message that is unknown.
         *
         *     For super users, and tokens with the scope `reports` for the domain in `domain` of the path.
         */
        get: operations["getMessageStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a message brought about in all, with how many contacts clicked and received it
         * @description Summed from hours. For a message that is older than hours are kept (MESSAGE_STATS_RETENTION_DAYS) totals are those of the message itself, as in its stats, and the unique counts and actionClicks cover the hours that are still kept. Hours before this report existed have no unique counts.
         *
         *     For super users, and tokens with the scope `reports` for the domain of the message.
         */
        get: operations["getMessageReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{domain}/messages/stats/grouped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What messages brought about together, by day, week, month or year
         * @description Summed from the hours that begin in the period and are still kept (MESSAGE_STATS_RETENTION_DAYS).
         *
         *     For super users, and tokens with the scope `reports` for the domain in `domain` of the path.
         */
        get: operations["getGroupedStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{domain}/push-sends-consumed-count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many of a domain's sends are billed
         * @description Summed from the hours that begin in the period and are still kept (MESSAGE_STATS_RETENTION_DAYS).
         *
         *     For super users, and tokens with the scope `reports` for the domain in `domain` of the path.
         */
        get: operations["getConsumedCount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-contacts/messages/delivery-results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Outcomes of the messages of all domains, oldest first
         * @description For super users alone.
         */
        get: operations["listDeliveryResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A domain's messages with their counters, the latest first
         * @description With a text, a page looks at 2,000 messages at most: it may be shorter than per_page, or empty, while there is a nextCursor.
         *
         *     For super users, and tokens with the scope `reports` for the domain in `name` of the path.
         */
        get: operations["listMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message with all that was asked for, its state and its counters
         * @description For super users, and tokens with the scope `reports` for the domain of the message.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/hours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was counted for a message in each UTC hour, ascending
         * @description Hours without anything are left out. Hours are kept for MESSAGE_STATS_RETENTION_DAYS.
         *
         *     For super users, and tokens with the scope `reports` for the domain of the message.
         */
        get: operations["listHours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a message by push service and reason
         * @description The contacts of all items together are those that the message was sent to. Of what was sent before outcomes were counted, push service and reason are null, and isComplete is false.
         *
         *     For super users, and tokens with the scope `reports` for the domain of the message.
         */
        get: operations["getOutcomes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-script.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The script for a customer’s pages */
        get: operations["getPushScript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-service-worker.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The service worker, to be imported by one on the customer’s own origin */
        get: operations["getServiceWorker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-script.d.ts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** TypeScript types of the script */
        get: operations["getPushScriptTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-script/connection.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What registers a contact, a module that the script imports */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-script/soft-prompt.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The soft prompt, a module that the script imports */
        get: operations["getSoftPrompt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-script/subscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The window in which visitors subscribe on an external push domain */
        get: operations["getSubscribeWindow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-script/subscribe.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The script of that window */
        get: operations["getSubscribeScript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-script/configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the script needs to know of this installation */
        get: operations["getPushScriptConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitors/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is stored of whoever has an e-mail
         * @description For super users, and tokens with the scope `contacts` for the domain in `domain` of the query.
         */
        get: operations["findDataOfEmail"];
        put?: never;
        post?: never;
        /**
         * Erase what is stored of whoever has an e-mail
         * @description For super users, and tokens with the scope `contacts` for the domain in `domain` of the query.
         */
        delete: operations["eraseDataOfEmail"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitors/{visitorGuid}/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is stored of a visitor
         * @description For super users, and tokens with the scope `contacts` for the domain in `domain` of the query.
         */
        get: operations["findData"];
        put?: never;
        post?: never;
        /**
         * Erase what is stored of a visitor
         * @description For super users, and tokens with the scope `contacts` for the domain in `domain` of the query.
         */
        delete: operations["eraseData"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is stored of the contacts with a device token, visitor guid or e-mail
         * @description For super users, and tokens with the scope `contacts` for the domain in `name` of the path.
         */
        get: operations["findStoredContacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/contacts/{contactId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to a contact in the last 30 days, the latest first
         * @description For super users, and tokens with the scope `contacts` for the domain in `name` of the path.
         */
        get: operations["listHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains/{name}/diagnosis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why a visitor did or did not get a message
         * @description For super users, and tokens with the scope `contacts` for the domain in `name` of the path.
         */
        get: operations["diagnose"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the calls that changed something, or were refused, the latest first
         * @description For super users, and tokens with the scope `manage` for the domain in `domain` of the query.
         */
        get: operations["listCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the token of this request may do, and until when
         * @description For every valid token.
         */
        get: operations["getToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits, what is held back, and what it depends on, of all processes together
         * @description For super users alone.
         */
        get: operations["getSystem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The build's version */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/robots.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tells crawlers not to index */
        get: operations["getRobots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            /**
             * Format: uri
             * @example urn:push-contact:error:validation_failed
             */
            type: string;
            /** @example The request is invalid */
            title: string;
            /** @example 400 */
            status: number;
            /** @example The request is invalid. */
            detail: string;
            /**
             * @description what is wrong with each property of the request
             * @example {
             *       "title": [
             *         "title must not be blank"
             *       ]
             *     }
             */
            errors?: {
                [key: string]: string[];
            };
        };
        SubscriptionKeysRequest: {
            /**
             * @description P-256 public key, base64url
             * @example BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4
             */
            p256DH?: string | null;
            /**
             * @description shared secret, base64url
             * @example BTBZMqHH6r4Tts7J_aSIgg
             */
            auth?: string | null;
        };
        SubscriptionRequest: {
            /** @example https://fcm.googleapis.com/fcm/send/dGVzdA */
            endPoint?: string | null;
            keys?: components["schemas"]["SubscriptionKeysRequest"] | null;
            /**
             * @description the `applicationServerKey` that the browser subscribed with; the first key when absent
             * @example BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs
             */
            vapidPublicKey?: string | null;
        };
        RegisterContactRequest: {
            /** @example example.com */
            domain: string;
            /** @example device-token-1 */
            deviceToken: string;
            /**
             * Format: email
             * @example visitor@example.com
             */
            email?: string | null;
            /** @example 3f1f1f9a9f0b4e64a6f46b8f2c9d1e10 */
            visitorGuid?: string | null;
            /**
             * @description for a Firebase installation id: the token FID:… that the contact had, which keeps it the same contact
             * @example cSH7-abc_DEF0123456789:APA91bH
             */
            previousDeviceToken?: string | null;
            /**
             * @description the `auth` of the subscription that the inactive contact of this token has, where the installation asks for it
             * @example BTBZMqHH6r4Tts7J_aSIgg
             */
            previousAuth?: string | null;
            subscription?: components["schemas"]["SubscriptionRequest"] | null;
        };
        RequiredSubscriptionKeysRequest: {
            /**
             * @description P-256 public key, base64url
             * @example BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4
             */
            p256DH: string;
            /**
             * @description shared secret, base64url
             * @example BTBZMqHH6r4Tts7J_aSIgg
             */
            auth: string;
        };
        NewSubscriptionRequest: {
            /** @example https://fcm.googleapis.com/fcm/send/dGVzdA */
            endPoint: string;
            keys: components["schemas"]["RequiredSubscriptionKeysRequest"];
            /**
             * @description the `applicationServerKey` that the browser subscribed with; the first key when absent
             * @example BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs
             */
            vapidPublicKey?: string | null;
            /**
             * @description the `auth` of the subscription that is replaced, where the installation asks for it
             * @example BTBZMqHH6r4Tts7J_aSIgg
             */
            previousAuth?: string | null;
        };
        SubscriptionKeysAnswer: {
            p256DH: string;
            auth: string;
        };
        SubscriptionAnswer: {
            endPoint: string;
            keys: components["schemas"]["SubscriptionKeysAnswer"];
        };
        ContactAnswer: {
            /** @example example.com */
            domain: string;
            deviceToken: string;
            email: string | null;
            visitorGuid: string | null;
            subscription: components["schemas"]["SubscriptionAnswer"] | null;
        };
        VisitorGuidsCursorAnswer: {
            /**
             * @example [
             *       "3f1f1f9a9f0b4e64a6f46b8f2c9d1e10"
             *     ]
             */
            items: string[];
            /**
             * @description where the next page begins; null when this one is empty
             * @example 3f1f1f9a9f0b4e64a6f46b8f2c9d1e10
             */
            nextCursor: string | null;
            /** @example 100 */
            perPage: number;
        };
        DomainContactsAnswer: {
            /** @example example.com */
            name: string;
            /** @example 1200 */
            pushContactActiveQuantity: number;
            /** @example 85 */
            pushContactInactiveQuantity: number;
        };
        DomainsPageAnswer: {
            items: components["schemas"]["DomainContactsAnswer"][];
            /**
             * @description the page to ask for next
             * @example 1
             */
            page: number;
            /** @example 100 */
            per_page: number;
        };
        VisitorGuidsPageAnswer: {
            /**
             * @description one for each active contact
             * @example [
             *       "3f1f1f9a9f0b4e64a6f46b8f2c9d1e10"
             *     ]
             */
            items: string[];
            /**
             * @description the page to ask for next
             * @example 1
             */
            page: number;
            /** @example 100 */
            per_page: number;
        };
        ContactsStatsAnswer: {
            /** @example 85 */
            deleted: number;
            /** @example 1200 */
            active: number;
            /** @example 1285 */
            total: number;
            /**
             * @description those of the deleted whose visitors have left; absent when there are none
             * @example 12
             */
            unsubscribed?: number;
        };
        ListedDomainAnswer: {
            /** @example example.com */
            name: string;
            /** @description null where only contacts of the domain are stored */
            isPushFeatureEnabled: boolean | null;
            contacts: components["schemas"]["ContactsStatsAnswer"];
        };
        DomainListAnswer: {
            /** @description by name */
            items: components["schemas"]["ListedDomainAnswer"][];
            /**
             * @description null after the last page
             * @example example.com
             */
            nextCursor: string | null;
            /** @example 100 */
            perPage: number;
        };
        DomainRequest: {
            /**
             * @description false when absent
             * @example false
             */
            isPushFeatureEnabled?: boolean | null;
            /**
             * @description false when absent
             * @example false
             */
            usesExternalPushDomain?: boolean | null;
            /** @example push.example.com */
            externalPushDomain?: string | null;
            /**
             * @description The most contacts in a minute of its messages without a rate of their own, together; none when absent
             * @example 1000
             */
            ratePerMinute?: number | null;
            /**
             * @description the VAPID public key that its visitors subscribe with; null for the default key, unchanged when absent
             * @example BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs
             */
            vapidPublicKey?: string | null;
            /**
             * @description Cancels what is still pending of all sends to the domain; only with isPushFeatureEnabled false
             * @example false
             */
            cancelPendingDeliveries?: boolean | null;
        };
        DomainAnswer: {
            isPushFeatureEnabled: boolean;
            usesExternalPushDomain: boolean;
            /** @example push.example.com */
            externalPushDomain: string | null;
            /** @example example.com */
            name: string;
            /**
             * @description absent when there is none
             * @example 1000
             */
            ratePerMinute?: number;
            /**
             * @description the VAPID public key that its visitors subscribe with; absent for the default key
             * @example BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs
             */
            vapidPublicKey?: string;
        };
        PushConfigurationAnswer: {
            isPushFeatureEnabled: boolean;
            usesExternalPushDomain: boolean;
            /** @example push.example.com */
            externalPushDomain: string | null;
        };
        DomainStatsAnswer: {
            /** @example example.com */
            name: string;
            contactsStats: components["schemas"]["ContactsStatsAnswer"];
        };
        VapidKeyAnswer: {
            /**
             * @description null where no key is configured
             * @example BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs
             */
            vapidPublicKey: string | null;
            /**
             * @description active contacts with a subscription of this key
             * @example 1200
             */
            contacts: number;
            /** @description whether it is one of the keys of this installation */
            isKnown: boolean;
            /** @description whether visitors of the domain subscribe with it */
            isServed: boolean;
        };
        VapidKeysAnswer: {
            /** @example example.com */
            name: string;
            /** @description contacts that do not say their key count for the first */
            keys: components["schemas"]["VapidKeyAnswer"][];
        };
        ActionRequest: {
            /**
             * @description default: action and its place, from 1
             * @example buy
             */
            action?: string | null;
            /**
             * @description default: title and its place, from 1
             * @example Buy now
             */
            title?: string | null;
            /**
             * @description https, or empty; placeholders after the host
             * @example https://example.com/buy.png
             */
            icon?: string | null;
            /**
             * @description https, or empty; placeholders after the host
             * @example https://example.com/buy
             */
            link?: string | null;
        };
        UtmRequest: {
            /** @example push */
            source?: string | null;
            /** @example notification */
            medium?: string | null;
            /** @example summer-sale */
            campaign?: string | null;
            /** @example button */
            content?: string | null;
        };
        MessageRequest: {
            /**
             * @description stays on the screen until the visitor reacts, where supported
             * @example true
             */
            requireInteraction?: boolean | null;
            /**
             * @description true for neither sound nor vibration
             * @example false
             */
            silent?: boolean | null;
            /**
             * @description alerts again where it replaces one of the same tag, which it needs
             * @example true
             */
            renotify?: boolean | null;
            /**
             * @description a notification replaces a shown one of the same tag; the message's id when absent
             * @example sale
             */
            tag?: string | null;
            /**
             * @description milliseconds of vibration and pause in turn, each at most 10000; not with silent
             * @example [
             *       200,
             *       100,
             *       200
             *     ]
             */
            vibrate?: number[] | null;
            /**
             * @description a language tag (BCP 47)
             * @example es-AR
             */
            language?: string | null;
            /**
             * @description in which title and body are written
             * @example ltr
             * @enum {string|null}
             */
            direction?: "auto" | "ltr" | "rtl" | null;
            /**
             * @description handed to the page that a click opens; at most 1024 bytes
             * @example {
             *       "orderId": 4711
             *     }
             */
            data?: {
                [key: string]: unknown;
            } | null;
            /** @example Summer sale */
            title: string;
            /** @example Everything at half price until Sunday. */
            body: string;
            /**
             * @description https, or empty; placeholders after the host
             * @example https://example.com/sale
             */
            onClickLink?: string | null;
            /**
             * @description https, or empty; placeholders after the host
             * @example https://example.com/sale.png
             */
            imageUrl?: string | null;
            /**
             * @description https, or empty; placeholders after the host
             * @example https://example.com/icon.png
             */
            iconUrl?: string | null;
            /**
             * @description false when absent
             * @example false
             */
            preferLargeImage?: boolean | null;
            actions?: components["schemas"]["ActionRequest"][] | null;
            /**
             * @description A push that is not sent by then is dropped, and one that is sent waits no longer for its device
             * @example 86400
             */
            timeToLiveSeconds?: number | null;
            /**
             * Format: date-time
             * @description when to send; absent, null or past for at once
             * @example 2026-12-24T18:00:00+01:00
             */
            sendAt?: string | null;
            /**
             * @description RFC 8030, 5.3
             * @example normal
             * @enum {string|null}
             */
            urgency?: "very-low" | "low" | "normal" | "high" | null;
            /**
             * @description A push replaces one of the same topic that still waits for its device (RFC 8030, 5.4)
             * @example sale
             */
            topic?: string | null;
            /**
             * @description The most contacts in a minute of a domain or a list; by default that of the domain
             * @example 1000
             */
            ratePerMinute?: number | null;
            /**
             * @description https, or empty; placeholders after the host
             * @example https://example.com/badge.png
             */
            badgeUrl?: string | null;
            /** @description campaign parameters, added to the links that have none */
            utm?: components["schemas"]["UtmRequest"] | null;
        };
        WarningAnswer: {
            /** @enum {string} */
            code: "domain_unknown" | "domain_disabled" | "prune_breaker_open" | "unknown_property";
            /**
             * @description for people; may change
             * @example sned_at is not a property of this request.
             */
            detail: string;
        };
        MessageIdAnswer: {
            /**
             * Format: uuid
             * @example df555721-5135-4b5d-9c6a-7db3565f22ae
             */
            messageId: string;
            /** @description absent when there are none */
            warnings?: components["schemas"]["WarningAnswer"][];
        };
        StoreMessageRequest: {
            /** @example example.com */
            domain: string;
            message: components["schemas"]["MessageRequest"];
        };
        SendToVisitorRequest: {
            /**
             * @description false when absent
             * @example false
             */
            replacementIsMandatory?: boolean | null;
            /**
             * @description What placeholders [[[name]]] stand for, in links URL-encoded; names in any case, null for nothing
             * @example {
             *       "name": "Ana"
             *     }
             */
            fields?: {
                [key: string]: string | null;
            } | null;
        };
        VisitorFieldsRequest: {
            /** @example 3f1f1f9a9f0b4e64a6f46b8f2c9d1e10 */
            visitorGuid: string;
            /**
             * @description What placeholders [[[name]]] stand for, in links URL-encoded; names in any case, null for nothing
             * @example {
             *       "name": "Ana"
             *     }
             */
            fields?: {
                [key: string]: string | null;
            } | null;
        };
        SendToVisitorsRequest: {
            /**
             * @description false when absent
             * @example false
             */
            replacementIsMandatory?: boolean | null;
            visitorsFieldsList: components["schemas"]["VisitorFieldsRequest"][];
        };
        WaitReasonAnswer: {
            /**
             * @description who failed: PushApi, firebase, or a push service; null for nobody
             * @example fcm.googleapis.com
             */
            pushService: string | null;
            /**
             * @description its HTTP status, or the number of Firebase's error
             * @example 429
             */
            status: number | null;
            /**
             * @description scheduled, queued, throttled, rate-per-minute, a word of docs/operations.md, or a network error code
             * @example limits
             */
            reason: string;
            /** @example 280 */
            contacts: number;
        };
        ProgressAnswer: {
            /** Format: uuid */
            messageId: string;
            /** @example example.com */
            domain: string;
            /**
             * @description scheduled: nothing of it begins before sendAt
             * @enum {string}
             */
            state: "scheduled" | "planning" | "sending" | "done" | "cancelled";
            /**
             * @description delivered + notDelivered + pending
             * @example 1000
             */
            planned: number;
            /** @example 700 */
            delivered: number;
            /** @example 20 */
            notDelivered: number;
            /** @example 280 */
            pending: number;
            /**
             * @description those of notDelivered that a push service refused for the VAPID key; absent without any
             * @example 12
             */
            wrongKey?: number;
            /**
             * Format: date-time
             * @description when it was accepted; where that is later, its sendAt
             */
            startedAt: string;
            /**
             * Format: date-time
             * @example null
             */
            finishedAt: string | null;
            /**
             * @description notifications that visitors closed without a click; absent when there is none
             * @example 12
             */
            dismissed?: number;
            /**
             * Format: date-time
             * @description when it is scheduled to be sent; absent once that begins
             * @example 2026-12-24T17:00:00.000Z
             */
            sendAt?: string;
            /** @description what pending contacts wait for, each counted once; absent once it has finished */
            waitingFor?: components["schemas"]["WaitReasonAnswer"][];
            /**
             * Format: date-time
             * @description when the first of those that failed is tried again, or a scheduled one is sent
             */
            nextAttemptAt?: string | null;
        };
        PruneBreakerAnswer: {
            /** @example example.com */
            domain: string;
            /**
             * @description whether contacts that are gone stay as they are
             * @example true
             */
            isOpen: boolean;
            /**
             * Format: date-time
             * @description when it opened last
             */
            openedAt?: string;
            /**
             * Format: uuid
             * @description the message by whose answers it opened
             */
            messageId?: string;
            /**
             * @description contacts of these answers
             * @example 100
             */
            answered?: number;
            /**
             * @description those of them that were said to be gone
             * @example 98
             */
            gone?: number;
            /**
             * @description the share that was gone in the 30 days before
             * @example 0.02
             */
            pastShare?: number;
            /**
             * @description contacts that were not pruned since
             * @example 2940
             */
            withheld?: number;
            /**
             * Format: date-time
             * @description until when nothing opens it again
             */
            releasedUntil?: string;
        };
        MessageDetailsAnswer: {
            /** @example example.com */
            domain: string;
            /**
             * Format: uuid
             * @example df555721-5135-4b5d-9c6a-7db3565f22ae
             */
            messageId: string;
            /** @example 1000 */
            sent: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /**
             * @description delivered, or refused because the contact is gone
             * @example 990
             */
            billableSends: number;
            /** @example 120 */
            clicks: number;
            /** @example 900 */
            received: number;
            /** @example 30 */
            actionClick: number;
            /**
             * @description those of notDelivered that a push service refused for the VAPID key; absent without any
             * @example 12
             */
            wrongKey?: number;
        };
        MessageReportAnswer: {
            /**
             * Format: uuid
             * @example df555721-5135-4b5d-9c6a-7db3565f22ae
             */
            messageId: string;
            /** @example example.com */
            domain: string;
            /** @example 1000 */
            sent: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /**
             * @description delivered, or refused because the contact is gone
             * @example 990
             */
            billableSends: number;
            /**
             * @description all of them: a contact may click several times
             * @example 120
             */
            clicks: number;
            /** @example 900 */
            received: number;
            /** @example 30 */
            actionClicks: number;
            /**
             * @description notifications that visitors closed without a click
             * @example 12
             */
            dismissed: number;
            /**
             * @description contacts that have clicked
             * @example 100
             */
            uniqueClicks: number;
            /**
             * @description contacts that have received it
             * @example 890
             */
            uniqueReceived: number;
            /**
             * @description for each action, contacts that have clicked it
             * @example 28
             */
            uniqueActionClicks: number;
        };
        CountsAnswer: {
            /** @example 1000 */
            sent: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /** @example 900 */
            received: number;
            /** @example 120 */
            click: number;
            /** @example 30 */
            actionClick: number;
            /** @example 990 */
            billableSends: number;
            /**
             * @description those of notDelivered that a push service refused for the VAPID key; absent without any
             * @example 12
             */
            wrongKey?: number;
        };
        PeriodCountsAnswer: {
            /** @example 1000 */
            sent: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /** @example 900 */
            received: number;
            /** @example 120 */
            click: number;
            /** @example 30 */
            actionClick: number;
            /** @example 990 */
            billableSends: number;
            /**
             * @description those of notDelivered that a push service refused for the VAPID key; absent without any
             * @example 12
             */
            wrongKey?: number;
            /**
             * Format: date-time
             * @description when the day, week, month or year begins
             * @example 2026-03-01T00:00:00.000Z
             */
            date: string;
        };
        GroupedStatsAnswer: {
            /** @example example.com */
            domain: string;
            /**
             * @example [
             *       "df555721-5135-4b5d-9c6a-7db3565f22ae"
             *     ]
             */
            messageIds: string[];
            /**
             * Format: date-time
             * @example 2026-01-01T00:00:00.000Z
             */
            dateFrom: string;
            /**
             * Format: date-time
             * @example 2026-12-31T00:00:00.000Z
             */
            dateTo: string;
            /**
             * @example day
             * @enum {string}
             */
            groupedPeriod: "day" | "week" | "month" | "year";
            totals: components["schemas"]["CountsAnswer"];
            /** @description ascending; those in which nothing was counted are left out */
            periods: components["schemas"]["PeriodCountsAnswer"][];
        };
        ConsumedCountAnswer: {
            /** @example example.com */
            domain: string;
            /**
             * Format: date-time
             * @example 2026-01-01T00:00:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-12-31T00:00:00.000Z
             */
            to: string;
            /** @example 990 */
            consumed: number;
        };
        DeliveryResultAnswer: {
            /** @example example.com */
            domain: string;
            /** @example 1000 */
            sentQuantity: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /**
             * Format: date-time
             * @description when the message was inserted
             * @example 2026-03-01T09:30:00.000Z
             */
            date: string;
        };
        DeliveryResultsAnswer: {
            items: components["schemas"]["DeliveryResultAnswer"][];
            /**
             * @description the page to ask for next
             * @example 1
             */
            page: number;
            /** @example 100 */
            per_page: number;
        };
        DomainMessageAnswer: {
            /**
             * @description stored: not sent so far; scheduled: nothing of it begins before sendAt
             * @enum {string}
             */
            state: "stored" | "scheduled" | "planning" | "sending" | "done" | "cancelled";
            /** @example 1000 */
            sent: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /** @example 900 */
            received: number;
            /** @example 120 */
            clicks: number;
            /**
             * @description notifications that visitors closed without a click
             * @example 12
             */
            dismissed: number;
            /**
             * Format: uuid
             * @example df555721-5135-4b5d-9c6a-7db3565f22ae
             */
            messageId: string;
            /** @example Summer sale */
            title: string;
            /** @example Everything at half price until Sunday. */
            body: string;
            /** @example https://example.com/sale.png */
            imageUrl: string | null;
            /**
             * Format: date-time
             * @description when it was accepted
             */
            insertedAt: string;
            /**
             * Format: date-time
             * @description null to send at once
             */
            sendAt: string | null;
            /**
             * @description receipts and clicks of each of its first 24 UTC hours
             * @example [
             *       240,
             *       120,
             *       80,
             *       60,
             *       48,
             *       40,
             *       34,
             *       30,
             *       27,
             *       24,
             *       22,
             *       20,
             *       18,
             *       17,
             *       16,
             *       15,
             *       14,
             *       13,
             *       13,
             *       12,
             *       11,
             *       11,
             *       10,
             *       10
             *     ]
             */
            activity: number[];
        };
        DomainMessagesAnswer: {
            /** @description the latest first */
            items: components["schemas"]["DomainMessageAnswer"][];
            /** @description for the next page; null when there is none */
            nextCursor: string | null;
            /** @example 100 */
            perPage: number;
        };
        MessageActionAnswer: {
            /** @example buy */
            action: string;
            /** @example Buy now */
            title: string;
            /** @example https://example.com/buy.png */
            icon: string | null;
            /** @example https://example.com/buy */
            link: string | null;
        };
        MessageUtmAnswer: {
            /** @example push */
            source?: string;
            /** @example notification */
            medium?: string;
            /** @example summer-sale */
            campaign?: string;
            /** @example button */
            content?: string;
        };
        MessageAnswer: {
            /**
             * @description stored: not sent so far; scheduled: nothing of it begins before sendAt
             * @enum {string}
             */
            state: "stored" | "scheduled" | "planning" | "sending" | "done" | "cancelled";
            /** @example 1000 */
            sent: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /** @example 900 */
            received: number;
            /** @example 120 */
            clicks: number;
            /**
             * @description notifications that visitors closed without a click
             * @example 12
             */
            dismissed: number;
            requireInteraction?: boolean;
            silent?: boolean;
            renotify?: boolean;
            /** @example sale */
            tag?: string;
            /**
             * @example [
             *       200,
             *       100,
             *       200
             *     ]
             */
            vibrate?: number[];
            /** @example es-AR */
            language?: string;
            /**
             * @example ltr
             * @enum {string}
             */
            direction?: "auto" | "ltr" | "rtl";
            /**
             * @example {
             *       "orderId": 4711
             *     }
             */
            data?: {
                [key: string]: unknown;
            };
            /**
             * Format: uuid
             * @example df555721-5135-4b5d-9c6a-7db3565f22ae
             */
            messageId: string;
            /** @example example.com */
            domain: string;
            /** @example Summer sale */
            title: string;
            /** @example Everything at half price until Sunday. */
            body: string;
            /** @example https://example.com/sale */
            onClickLink: string | null;
            /** @example https://example.com/sale.png */
            imageUrl: string | null;
            /** @example https://example.com/icon.png */
            iconUrl: string | null;
            /** @example https://example.com/badge.png */
            badgeUrl: string | null;
            /** @example false */
            preferLargeImage: boolean;
            actions: components["schemas"]["MessageActionAnswer"][];
            utm: components["schemas"]["MessageUtmAnswer"] | null;
            /** @example 86400 */
            timeToLiveSeconds: number | null;
            /**
             * @example normal
             * @enum {string|null}
             */
            urgency: "very-low" | "low" | "normal" | "high" | null;
            /** @example sale */
            topic: string | null;
            /**
             * @description null for the domain's
             * @example 6000
             */
            ratePerMinute: number | null;
            /**
             * Format: date-time
             * @description when it was accepted
             */
            insertedAt: string;
            /**
             * Format: date-time
             * @description null to send at once
             */
            sendAt: string | null;
        };
        MessageHourAnswer: {
            /**
             * Format: date-time
             * @description the beginning of the hour
             * @example 2026-06-01T09:00:00.000Z
             */
            date: string;
            /** @example 1000 */
            sent: number;
            /** @example 950 */
            delivered: number;
            /** @example 50 */
            notDelivered: number;
            /** @example 900 */
            received: number;
            /** @example 120 */
            clicks: number;
            /** @example 30 */
            actionClicks: number;
            /** @example 12 */
            dismissed: number;
            /**
             * @description contacts that have received it for the first time
             * @example 890
             */
            uniqueReceived: number;
            /**
             * @description contacts that have clicked it for the first time
             * @example 100
             */
            uniqueClicks: number;
        };
        MessageHoursAnswer: {
            /** @description ascending; hours without anything are left out */
            items: components["schemas"]["MessageHourAnswer"][];
            /** @description for the next page; null when there is none */
            nextCursor: string | null;
            /** @example 100 */
            perPage: number;
        };
        MessageOutcomeAnswer: {
            /**
             * @description who accepted or failed: PushApi, firebase, or a push service; null for nobody, or when not known
             * @example fcm.googleapis.com
             */
            pushService: string | null;
            /**
             * @example notDelivered
             * @enum {string}
             */
            outcome: "delivered" | "notDelivered";
            /**
             * @description why it was not delivered: a word of docs/operations.md, or a network error code; null when delivered or not known
             * @example gone
             */
            reason: string | null;
            /** @example 40 */
            contacts: number;
        };
        MessageOutcomesAnswer: {
            /**
             * Format: uuid
             * @example df555721-5135-4b5d-9c6a-7db3565f22ae
             */
            messageId: string;
            /** @description false: a part was sent before outcomes were counted */
            isComplete: boolean;
            /** @description most contacts first */
            items: components["schemas"]["MessageOutcomeAnswer"][];
        };
        PushScriptConfigurationAnswer: {
            /**
             * @description Key to subscribe to Web Push with (RFC 8292), base64url; null where none is set
             * @example BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs
             */
            vapidPublicKey: string | null;
        };
        StoredRecordAnswer: {
            /**
             * @description where it is stored
             * @enum {string}
             */
            source: "contacts" | "handOvers" | "events" | "sends";
            /** @description the document as it is stored */
            document: {
                [key: string]: unknown;
            };
        };
        ErasedAnswer: {
            /**
             * @description contacts of which only id and domain are left
             * @example 2
             */
            contacts: number;
            /**
             * @description events that do not say any more whose they are
             * @example 31
             */
            events: number;
            /**
             * @description visitors who were waiting for Doppler
             * @example 0
             */
            handOvers: number;
            /**
             * @description batches of sends that named the visitor
             * @example 1
             */
            batches: number;
            /**
             * @description contacts that are left because they may be of somebody else who has the same guid or e-mail
             * @example 0
             */
            linkedContacts: number;
            /**
             * @description false when the time was over: a worker erases the rest. Ask again until `contacts` is 0
             * @example true
             */
            isComplete: boolean;
        };
        StoredContactAnswer: {
            /** @example 66291accdc3ab636288af4ab */
            contactId: string;
            /** @example device-token-2 */
            deviceToken: string;
            /** @example 3f1f1f9a9f0b4e64a6f46b8f2c9d1e10 */
            visitorGuid: string | null;
            /** @example visitor@example.com */
            email: string | null;
            /** @description whether messages are sent to it */
            isActive: boolean;
            /**
             * @description why it is inactive: its push service no longer knows it, or the visitor left; null while active
             * @example null
             * @enum {string|null}
             */
            endedBecause: "pruned" | "unsubscribed" | null;
            /**
             * Format: date-time
             * @description when it registered first; null where that is not known
             */
            registeredAt: string | null;
            /**
             * Format: date-time
             * @description when it changed last: registered, changed, pruned or left
             */
            modified: string;
            /**
             * @description firebase for a device token; null where nothing can be sent to
             * @example fcm.googleapis.com
             */
            pushService: string | null;
            /** @description whether it is sent to by a Web Push subscription */
            hasSubscription: boolean;
            /**
             * @description null for the first key, or without one
             * @example null
             */
            vapidPublicKey: string | null;
        };
        StoredContactsAnswer: {
            /** @description the one that registered last first */
            items: components["schemas"]["StoredContactAnswer"][];
            /** @description for the next page; null when there is none */
            nextCursor: string | null;
            /** @example 100 */
            perPage: number;
        };
        HistoryEventAnswer: {
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            type: "delivered" | "received" | "clicked" | "processingFailed" | "deliveryFailed" | "deliveryFailedButRetry" | "actionClicked" | "dismissed" | "unsubscribed";
            /**
             * Format: uuid
             * @description null for unsubscribed
             */
            messageId: string | null;
            /**
             * @description the message's title
             * @example Summer sale
             */
            title: string | null;
            /**
             * @description of an outcome; null where it is not known
             * @example fcm.googleapis.com
             */
            pushService: string | null;
            /**
             * @description why it failed, a word of docs/operations.md; null where it did not, or that is not known
             * @example limits
             */
            reason: string | null;
            /**
             * @description the clicked action
             * @example buy
             */
            action: string | null;
        };
        HistoryAnswer: {
            /** @description the latest first; may be fewer, or none, before the end */
            items: components["schemas"]["HistoryEventAnswer"][];
            /** @description for the next page; null when there is none */
            nextCursor: string | null;
            /** @example 100 */
            perPage: number;
        };
        DiagnosisAnswer: {
            /**
             * @description a code of docs/diagnosis.md
             * @enum {string}
             */
            cause: "clicked" | "dismissed" | "received" | "delivered" | "unknown-outcome" | "throttled" | "paced" | "waiting" | "scheduled" | "not-planned-yet" | "gone-not-pruned" | "registered-again" | "pruned" | "unsubscribed" | "wrong-key" | "message-too-large" | "link-too-long" | "refused-by-push-service" | "outside-of-limits" | "push-service-unavailable" | "push-api-unavailable" | "expired" | "cancelled" | "registered-later" | "not-addressed" | "not-sent" | "history-expired" | "not-recorded" | "never-a-contact";
            /**
             * @description the cause in one sentence
             * @example The visitor has unsubscribed.
             */
            explanation: string;
            /**
             * Format: date-time
             * @description when it happened
             */
            since: string | null;
            /**
             * Format: date-time
             * @description when it begins, or is tried next
             */
            until: string | null;
            /** @example fcm.googleapis.com */
            pushService: string | null;
            /**
             * @description a word of docs/operations.md
             * @example limits
             */
            reason: string | null;
            /**
             * @description null for never-a-contact
             * @example 66291accdc3ab636288af4ab
             */
            contactId: string | null;
        };
        AuditEntryAnswer: {
            /**
             * Format: date-time
             * @description when the call began, by the clock of MongoDB
             */
            at: string;
            /**
             * @description the claim `sub` of the token
             * @example billing
             */
            subject: string | null;
            /**
             * @description the file of the key that verified the token
             * @example current.pem
             */
            keyId: string;
            /** @example POST */
            method: string;
            /** @example /messages/domains/{domain} */
            route: string;
            /**
             * @description null for none, or several
             * @example example.com
             */
            domain: string | null;
            /**
             * @description those that the call is about
             * @example [
             *       "example.com"
             *     ]
             */
            domains: string[];
            /**
             * Format: uuid
             * @description the message that it is about
             */
            messageId: string | null;
            /** @description the contact whose token is in the path */
            contactId: string | null;
            /** @description the header X-Request-Id of the request, else a UUID */
            requestId: string;
            /** @description whether it repeats an earlier call by its Idempotency-Key */
            isRepeat: boolean;
            /**
             * @description the HTTP status; null while it is not known, and after a process ended before it was
             * @example 202
             */
            status: number | null;
            /**
             * @description the status in a word
             * @enum {string}
             */
            outcome: "accepted" | "refused" | "failed" | "unknown";
        };
        AuditAnswer: {
            /** @description the latest first */
            items: components["schemas"]["AuditEntryAnswer"][];
            /** @description for the next page; null when there is none */
            nextCursor: string | null;
            /** @example 100 */
            perPage: number;
        };
        TokenAnswer: {
            /** @description whether it may do everything */
            isSuperUser: boolean;
            /**
             * @description the claim `sub`
             * @example billing
             */
            subject: string | null;
            /**
             * @description null: all domains
             * @example [
             *       "example.com"
             *     ]
             */
            domains: string[] | null;
            /**
             * @description all of a super user
             * @example [
             *       "reports",
             *       "send"
             *     ]
             */
            scopes: ("contacts" | "send" | "reports" | "manage")[];
            /**
             * Format: date-time
             * @description the claim `exp`; null for one that no date can have
             * @example 2026-12-31T00:00:00.000Z
             */
            expiresAt: string | null;
        };
        QueueAnswer: {
            /** @example delivery-batches */
            name: string;
            /**
             * @description null while Redis does not answer
             * @example 12
             */
            waiting: number | null;
            /** @example 4 */
            active: number | null;
            /**
             * @description for later
             * @example 0
             */
            delayed: number | null;
            /** @example 0 */
            failed: number | null;
        };
        UnfinishedWorkAnswer: {
            /**
             * @description also those that are scheduled; 10000 for more
             * @example 3
             */
            deliveries: number;
            /**
             * @description seconds since the plan was due that waits longest for a worker; null when none waits
             * @example 0.4
             */
            oldestPlanSeconds: number | null;
            /**
             * @description the same of a batch
             * @example 12.5
             */
            oldestBatchSeconds: number | null;
        };
        ThrottledPushServiceAnswer: {
            /**
             * @description its host, or firebase
             * @example updates.push.services.mozilla.com
             */
            service: string;
            /**
             * @description null: all domains wait
             * @example example.com
             */
            domain: string | null;
            /**
             * Format: date-time
             * @example 2026-11-30T09:30:00.000Z
             */
            until: string;
        };
        OpenPruneBreakerAnswer: {
            /** @example example.com */
            domain: string;
            /**
             * Format: date-time
             * @example 2026-11-30T09:30:00.000Z
             */
            openedAt: string;
            /**
             * @description contacts that were not pruned since
             * @example 900
             */
            withheld: number;
        };
        DependencyAnswer: {
            /** @example mongodb */
            name: string;
            /** @enum {string} */
            status: "up" | "down";
            /**
             * @description why it is down
             * @example ECONNREFUSED
             */
            detail: string | null;
        };
        VersionsAnswer: {
            /** @example 0.1.0 */
            product: string;
            /** @example 22.20.0 */
            node: string;
            /**
             * @description null while it does not answer
             * @example 8.2.0
             */
            mongodb: string | null;
            /**
             * @description also of Valkey
             * @example 8.0.2
             */
            redis: string | null;
        };
        SystemAnswer: {
            queues: components["schemas"]["QueueAnswer"][];
            unfinished: components["schemas"]["UnfinishedWorkAnswer"];
            /** @description the longest first, at most 100 */
            throttledPushServices: components["schemas"]["ThrottledPushServiceAnswer"][];
            /** @description at most 100 */
            openPruneBreakers: components["schemas"]["OpenPruneBreakerAnswer"][];
            /** @description as the process that answers sees them */
            dependencies: components["schemas"]["DependencyAnswer"][];
            /** @description of the process that answers, and of what it is connected to */
            versions: components["schemas"]["VersionsAnswer"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is running */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every dependency that this process needs serves; warnings names what else is wrong */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description A dependency is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    findContacts: {
        parameters: {
            query: {
                domain: string;
                email?: string | null;
                /** @description inclusive; UTC without an offset */
                modifiedFrom?: string;
                /** @description inclusive; UTC without an offset */
                modifiedTo?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contacts, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactAnswer"][];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Too many streamed responses */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerContact: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterContactRequest"];
            };
        };
        responses: {
            /** @description Registered, or known already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; The body is not valid JSON; The contact cannot be sent to */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description The stored subscription's auth is required
             *
             *     The domain takes no contacts; The page is not of the domain
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; The domain takes no more contacts for the moment */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PushApi is unreachable; MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setEmail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceToken: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
            };
        };
        responses: {
            /** @description Set, or the token is unknown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
            };
            path: {
                deviceToken: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSubscriptionRequest"];
            };
        };
        responses: {
            /** @description Set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The stored subscription's auth is required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setVisitorGuid: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceToken: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
            };
        };
        responses: {
            /** @description Set, or the token is unknown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDistinctVisitorGuids: {
        parameters: {
            query: {
                domain: string;
                /** @description the nextCursor of the previous response; absent or empty for the first page */
                nextCursor?: string | null;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of guids, ascending */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorGuidsCursorAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDomains: {
        parameters: {
            query?: {
                /** @description items to skip: 0, then the `page` of the previous response */
                page?: number;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of domains by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainsPageAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVisitorGuids: {
        parameters: {
            query?: {
                /** @description items to skip: 0, then the `page` of the previous response */
                page?: number;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of guids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorGuidsPageAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isActiveDeviceToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domain: string;
                deviceToken: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether there is an active contact */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": boolean;
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hasActiveContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domain: string;
                visitorGuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether there is an active contact */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": boolean;
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceToken: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Left, or the token has no active contact */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllDomains: {
        parameters: {
            query?: {
                /** @description what the names begin with */
                text?: string | null;
                /** @description the nextCursor of the previous response; absent or empty for the first page */
                cursor?: string | null;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of domains */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainListAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The domain */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putDomain: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DomainRequest"];
            };
        };
        responses: {
            /** @description Created or replaced */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isPushFeatureEnabled: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the feature is on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": boolean;
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPushConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The configuration */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushConfigurationAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getContactsStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainStatsAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countVapidKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VapidKeysAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendToDomain: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
                /** @description The same key and request return the same messageId for 24 hours, and are done once */
                "Idempotency-Key"?: string;
            };
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageRequest"];
            };
        };
        responses: {
            /** @description Stored and queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageIdAnswer"];
                };
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The same request is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Redis takes no jobs */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendToDomainAlias: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
                /** @description The same key and request return the same messageId for 24 hours, and are done once */
                "Idempotency-Key"?: string;
            };
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageRequest"];
            };
        };
        responses: {
            /** @description Stored and queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageIdAnswer"];
                };
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The same request is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Redis takes no jobs */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storeMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
                /** @description The same key and request return the same messageId for 24 hours, and are done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StoreMessageRequest"];
            };
        };
        responses: {
            /** @description Stored, not sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageIdAnswer"];
                };
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The same request is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendToVisitor: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
                /** @description The same key and request return the same messageId for 24 hours, and are done once */
                "Idempotency-Key"?: string;
            };
            path: {
                messageId: string;
                visitorGuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendToVisitorRequest"];
            };
        };
        responses: {
            /** @description Queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageIdAnswer"];
                };
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The same request is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Redis takes no jobs */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendToVisitors: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
                /** @description The same key and request return the same messageId for 24 hours, and are done once */
                "Idempotency-Key"?: string;
            };
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendToVisitorsRequest"];
            };
        };
        responses: {
            /** @description Queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageIdAnswer"];
                };
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The same request is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Redis takes no jobs */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendToVisitorByBody: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request return the same messageId for 24 hours, and are done once */
                "Idempotency-Key"?: string;
            };
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        /** @description a visitor guid */
        requestBody: {
            content: {
                "application/json": string;
            };
        };
        responses: {
            /** @description Queued */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageIdAnswer"];
                };
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The same request is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Redis takes no jobs */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendToVisitorNow: {
        parameters: {
            query?: never;
            header?: {
                /** @description handling=strict refuses properties of the body that are unknown (RFC 7240) */
                Prefer?: string;
                /** @description The same key and request return the same messageId for 24 hours, and are done once */
                "Idempotency-Key"?: string;
            };
            path: {
                domain: string;
                visitorGuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageRequest"];
            };
        };
        responses: {
            /** @description Sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageIdAnswer"];
                };
            };
            /** @description The request is not valid; The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The same request is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProgress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The progress */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressAnswer"];
                    /**
                     * @example event: progress
                     *     data: {"state":"sending",…}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Too many streamed responses */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The progress after it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPruneBreaker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The breaker */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PruneBreakerAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releasePruneBreaker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The breaker, closed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PruneBreakerAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recordClick: {
        parameters: {
            query?: {
                /** @description the end of the link, in hours of Unix time to the base 36, and the 22 characters of its signature; a link without may be refused (TRACKING_UNSIGNED_UNTIL) */
                s?: string;
            };
            header?: never;
            path: {
                encryptedContactId: string;
                encryptedMessageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counted, where the contact is one of the message’s domain */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recordReceipt: {
        parameters: {
            query?: {
                /** @description the end of the link, in hours of Unix time to the base 36, and the 22 characters of its signature; a link without may be refused (TRACKING_UNSIGNED_UNTIL) */
                s?: string;
            };
            header?: never;
            path: {
                encryptedContactId: string;
                encryptedMessageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counted, where the contact is one of the message’s domain */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recordDismissal: {
        parameters: {
            query?: {
                /** @description the end of the link, in hours of Unix time to the base 36, and the 22 characters of its signature; a link without may be refused (TRACKING_UNSIGNED_UNTIL) */
                s?: string;
            };
            header?: never;
            path: {
                encryptedContactId: string;
                encryptedMessageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counted, where the contact is one of the message’s domain */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open: {
        parameters: {
            query?: {
                /** @description the name of the clicked action */
                action?: string | null;
                /** @description what the placeholders in the message's links stand for, encrypted by this installation */
                fields?: string | null;
                /** @description the end of the link, in hours of Unix time to the base 36, and the 22 characters of its signature; a link without may be refused (TRACKING_UNSIGNED_UNTIL) */
                s?: string;
            };
            header?: never;
            path: {
                encryptedContactId: string;
                encryptedMessageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the link of the message or action, else to the site; a GET is counted as click while the link has not ended */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recordActionClick: {
        parameters: {
            query?: {
                /** @description the end of the link, in hours of Unix time to the base 36, and the 22 characters of its signature; a link without may be refused (TRACKING_UNSIGNED_UNTIL) */
                s?: string;
            };
            header?: never;
            path: {
                actionName: string;
                encryptedContactId: string;
                encryptedMessageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counted, where the contact is one of the message’s domain */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessageDetails: {
        parameters: {
            query: {
                /** @description inclusive; UTC without an offset */
                from: string;
                /** @description inclusive; UTC without an offset */
                to: string;
            };
            header?: never;
            path: {
                messageId: string;
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counters; zeros for an unknown message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageDetailsAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessageStats: {
        parameters: {
            query: {
                /** @description inclusive; UTC without an offset */
                from: string;
                /** @description inclusive; UTC without an offset */
                to: string;
            };
            header?: never;
            path: {
                messageId: string;
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageDetailsAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessageReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageReportAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description Not found
             *
             *     Not found
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGroupedStats: {
        parameters: {
            query: {
                /** @description inclusive; UTC without an offset */
                from: string;
                /** @description inclusive; UTC without an offset */
                to: string;
                /** @description repeat the parameter for each message */
                messageIds: string[];
                /** @description in any case; in UTC, weeks start on Sunday */
                period?: "day" | "week" | "month" | "year";
            };
            header?: never;
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Totals and periods, ascending */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupedStatsAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConsumedCount: {
        parameters: {
            query: {
                /** @description inclusive; UTC without an offset */
                from: string;
                /** @description inclusive; UTC without an offset */
                to: string;
            };
            header?: never;
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sum of billable sends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsumedCountAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveryResults: {
        parameters: {
            query?: {
                /** @description items to skip: 0, then the `page` of the previous response */
                page?: number;
                /** @description at most this many items */
                per_page?: number;
                /** @description inclusive; UTC without an offset */
                from?: string;
                /** @description exclusive; UTC without an offset */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages by date */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryResultsAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                /** @description inclusive; UTC without an offset */
                from?: string;
                /** @description inclusive; UTC without an offset */
                to?: string;
                /** @description what title or body must contain, in any case */
                text?: string | null;
                /** @description the nextCursor of the previous response; absent or empty for the first page */
                cursor?: string | null;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainMessagesAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listHours: {
        parameters: {
            query?: {
                /** @description the nextCursor of the previous response; absent or empty for the first page */
                cursor?: string | null;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of hours */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageHoursAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOutcomes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The outcomes, most contacts first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageOutcomesAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPushScript: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed as `Accept-Encoding` prefers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": unknown;
                };
            };
            /** @description The browser has it already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getServiceWorker: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed as `Accept-Encoding` prefers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": unknown;
                };
            };
            /** @description The browser has it already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getPushScriptTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed as `Accept-Encoding` prefers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            /** @description The browser has it already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getConnection: {
        parameters: {
            query?: {
                /** @description The version that the script has been built with; the present one is cached for a year */
                v?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed as `Accept-Encoding` prefers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": unknown;
                };
            };
            /** @description The browser has it already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getSoftPrompt: {
        parameters: {
            query?: {
                /** @description The version that the script has been built with; the present one is cached for a year */
                v?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed as `Accept-Encoding` prefers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": unknown;
                };
            };
            /** @description The browser has it already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getSubscribeWindow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed as `Accept-Encoding` prefers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
            /** @description The browser has it already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getSubscribeScript: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, compressed as `Accept-Encoding` prefers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": unknown;
                };
            };
            /** @description The browser has it already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getPushScriptConfiguration: {
        parameters: {
            query?: {
                /** @description the domain of the page, which may have a key of its own; without it the default key */
                domain?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The configuration */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushScriptConfigurationAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    findDataOfEmail: {
        parameters: {
            query: {
                /** @description all domains when absent */
                domain?: string | null;
                email: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The documents, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredRecordAnswer"][];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description Not found
             *
             *     Not found
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Too many streamed responses */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseDataOfEmail: {
        parameters: {
            query: {
                /** @description all domains when absent */
                domain?: string | null;
                email: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erased, or nothing was stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    findData: {
        parameters: {
            query?: {
                /** @description all domains when absent */
                domain?: string | null;
            };
            header?: never;
            path: {
                visitorGuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The documents, streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredRecordAnswer"][];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description Not found
             *
             *     Not found
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available; Too many streamed responses */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseData: {
        parameters: {
            query?: {
                /** @description all domains when absent */
                domain?: string | null;
            };
            header?: never;
            path: {
                visitorGuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erased, or nothing was stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    findStoredContacts: {
        parameters: {
            query?: {
                /** @description this, visitorGuid or email, and no two of them; also a Firebase installation id */
                deviceToken?: string | null;
                visitorGuid?: string | null;
                /** @description in any case */
                email?: string | null;
                /** @description the nextCursor of the previous response; absent or empty for the first page */
                cursor?: string | null;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of contacts, active or not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredContactsAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listHistory: {
        parameters: {
            query?: {
                /** @description the nextCursor of the previous response; absent or empty for the first page */
                cursor?: string | null;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path: {
                name: string;
                contactId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diagnose: {
        parameters: {
            query: {
                /** @description this, visitorGuid or email, and no two of them; also a Firebase installation id */
                deviceToken?: string | null;
                visitorGuid?: string | null;
                /** @description in any case */
                email?: string | null;
                messageId: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cause */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiagnosisAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCalls: {
        parameters: {
            query?: {
                /** @description all domains when absent */
                domain?: string | null;
                /** @description inclusive; UTC without an offset */
                from?: string;
                /** @description inclusive; UTC without an offset */
                to?: string;
                /** @description the nextCursor of the previous response; absent or empty for the first page */
                cursor?: string | null;
                /** @description at most this many items */
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of calls */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditAnswer"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required; The token lacks a scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSystem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemAnswer"];
                };
            };
            /** @description A valid token is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A super-user token is required */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description requests of a window */
                    "RateLimit-Limit"?: number;
                    /** @description requests that are left */
                    "RateLimit-Remaining"?: number;
                    /** @description seconds until the next window */
                    "RateLimit-Reset"?: number;
                    /** @description the same */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MongoDB is not available */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example 0.1.0 */
                    "text/plain": unknown;
                };
            };
        };
    };
    getRobots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
}
