/** Making certificates, and serving the newest one. */
package io.fargatewebhook.certificates;
