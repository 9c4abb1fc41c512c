/** The admission protocol: an AdmissionReview in, its answer out, over HTTPS. */
package io.fargatewebhook.admission;
