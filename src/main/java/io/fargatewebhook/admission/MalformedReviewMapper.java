package io.fargatewebhook.admission;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** A body that is no review was not sent by an API server: 400, and one sentence for the person who sent it. */
class MalformedReviewMapper {
    @ServerExceptionMapper
    Response malformed(MalformedReviewException e) {
        return Response.status(Response.Status.BAD_REQUEST)
                .type(MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8"))
                .entity(e.getMessage() + "\n")
                .build();
    }
}
