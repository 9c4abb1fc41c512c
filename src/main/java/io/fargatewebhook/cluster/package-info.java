/** Everything that talks to an API server. None of it is in the serving process, which holds no credentials. */
package io.fargatewebhook.cluster;
