/* The signer: a queue of wishes, and the channel on which one at a time is asked. */
#include "signer.h"

/* The parent is gone, or is none that we understand: so are we. */
static void give_up(struct rp_signer *signer)
{
    rp_loop_stop(signer->loop);
}

static void send_message(struct rp_signer *signer, struct rp_json *header, struct rp_span body)
{
    if (rp_failed(rp_channel_send(&signer->channel, header, body, NULL)))
        give_up(signer);
    else
        rp_loop_change(signer->loop, &signer->watch,
                       EPOLLIN | (rp_channel_is_full(&signer->channel) ? EPOLLOUT : 0));
}

/* Asks for the first one's token where no answer is outstanding. */
static void ask_next(struct rp_signer *signer)
{
    RP_JSON_AUTO struct rp_json *header = NULL;

    if (signer->asked || signer->first == NULL)
        return;
    header = rp_gate_format_sign(signer->first->user, signer->first->again);
    signer->asked = true;
    send_message(signer, header, RP_SPAN(""));
}

/* Takes a wish out of the queue; nothing where it is not in it. */
static void take_out(struct rp_signer *signer, struct rp_token_wish *wish)
{
    struct rp_token_wish **place = &signer->first;
    struct rp_token_wish *before = NULL;

    while (*place != NULL && *place != wish) {
        before = *place;
        place = &before->next;
    }
    if (*place == NULL)
        return;
    *place = wish->next;
    if (signer->last == wish)
        signer->last = before;
    wish->next = NULL;
    wish->waiting = false;
}

/* The answer to what was asked, for the one who asked unless that one is gone. */
static void answer(struct rp_signer *signer, struct rp_secret *token,
                   const struct rp_error *failure)
{
    struct rp_token_wish *wish = signer->orphan ? NULL : signer->first;

    signer->asked = false;
    signer->orphan = false;
    if (wish != NULL) {
        take_out(signer, wish);
        wish->done(wish->self, token, failure);
    }
    ask_next(signer);
}

static rp_status take_message(struct rp_signer *signer, const struct rp_message *message,
                              struct rp_error *err)
{
    RP_SECRET_AUTO struct rp_secret token = {0};
    struct rp_error failure = {0};
    enum rp_gate_message type;

    RP_TRY(rp_gate_message_type(message, &type, err));
    if (!signer->asked || (type != RP_GATE_TOKEN && type != RP_GATE_FAILURE))
        return rp_fail(err, RP_KIND_INTERNAL, "rdspass says what was not asked");
    if (type == RP_GATE_FAILURE) {
        RP_TRY(rp_gate_parse_failure(message, &failure, err));
        answer(signer, NULL, &failure);
        return RP_OK;
    }
    if (message->body.len == 0)
        return rp_fail(err, RP_KIND_INTERNAL, "rdspass sends an empty token");
    RP_TRY(rp_secret_set(&token, rp_buf_span(&message->body), err));
    answer(signer, &token, NULL);
    return RP_OK;
}

static rp_status receive(struct rp_signer *signer, struct rp_error *err)
{
    enum rp_channel_state state = RP_CHANNEL_MESSAGE;

    while (!signer->loop->stopped) {
        RP_MESSAGE_AUTO struct rp_message message = {0};

        RP_TRY(rp_channel_receive(&signer->channel, &message, &state, err));
        if (state == RP_CHANNEL_QUIET)
            return RP_OK;
        if (state == RP_CHANNEL_ENDED)
            break;
        RP_TRY(take_message(signer, &message, err));
    }
    return RP_FAILED;
}

static void channel_ready(void *self, uint32_t events)
{
    struct rp_signer *signer = self;

    if ((events & EPOLLOUT) != 0 && rp_failed(rp_channel_flush(&signer->channel, NULL))) {
        give_up(signer);
        return;
    }
    if ((events & ~(uint32_t)EPOLLOUT) != 0 && rp_failed(receive(signer, NULL))) {
        give_up(signer);
        return;
    }
    rp_loop_change(signer->loop, &signer->watch,
                   EPOLLIN | (rp_channel_is_full(&signer->channel) ? EPOLLOUT : 0));
}

rp_status rp_signer_init(struct rp_signer *signer, struct rp_loop *loop, struct rp_channel *channel,
                         struct rp_error *err)
{
    *signer = (struct rp_signer){.loop = loop, .channel = *channel};
    rp_channel_init(channel, -1, channel->who);
    signer->watch = (struct rp_watch){
        .fd = signer->channel.fd, .events = EPOLLIN, .ready = channel_ready, .self = signer};
    return rp_loop_watch(loop, &signer->watch, err);
}

void rp_signer_release(struct rp_signer *signer)
{
    if (signer->watch.fd >= 0)
        rp_loop_forget(signer->loop, &signer->watch);
    rp_channel_release(&signer->channel);
    *signer = (struct rp_signer){.channel = {.fd = -1}, .watch = {.fd = -1}};
}

void rp_signer_ask(struct rp_signer *signer, struct rp_token_wish *wish)
{
    wish->next = NULL;
    wish->waiting = true;
    if (signer->last != NULL)
        signer->last->next = wish;
    else
        signer->first = wish;
    signer->last = wish;
    ask_next(signer);
}

void rp_signer_forget(struct rp_signer *signer, struct rp_token_wish *wish)
{
    if (!wish->waiting)
        return;
    if (signer->asked && !signer->orphan && signer->first == wish)
        signer->orphan = true;
    take_out(signer, wish);
}

void rp_signer_report_entered(struct rp_signer *signer, const struct rp_gate_facts *facts)
{
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_entered(facts);
    send_message(signer, header, RP_SPAN(""));
}

void rp_signer_report_failure(struct rp_signer *signer, const struct rp_error *failure)
{
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_failure(failure);
    send_message(signer, header, RP_SPAN(""));
}

void rp_signer_report_step(struct rp_signer *signer, const struct rp_gate_step *step)
{
    RP_BUF_AUTO struct rp_buf body = {.max = RP_MESSAGE_BODY_MAX};
    RP_JSON_AUTO struct rp_json *header = rp_gate_format_step(step, &body);
    send_message(signer, header, rp_buf_span(&body));
}
