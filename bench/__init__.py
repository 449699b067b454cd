"""What a press costs: the bot beside a bare echo and beside the usual way, in one run (`make bench`)."""
