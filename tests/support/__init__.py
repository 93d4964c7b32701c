"""What several tests share: desks, devices, sites, samples, attacks."""
